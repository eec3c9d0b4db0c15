"""Words that the modules of the console, the time bar and the drawer's row show."""

from __future__ import annotations

from django.utils.translation import gettext as _


def texts() -> dict[str, str]:
    return {
        **_time(),
        **_acts(),
        **_keys(),
        **_wall(),
        **_wall_keys(),
        **_lists(),
        **_log(),
        **_drill(),
    }


def _time() -> dict[str, str]:
    return {
        "time.label": _("Time of the picture"),
        "time.live": _("live"),
        "time.past": _("PAST"),
        "time.drill": _("EXERCISE"),
        "time.banner": _("PAST: {time}, {ago} ago. Not what is now."),
        "time.bannerDrill": _("EXERCISE: recorded {time}"),
        "time.without": _("As of now, no past kept: {names}"),
        "time.back": _("Back to live"),
        "time.go": _("Go there"),
        "time.play": _("Let time run"),
        "time.pause": _("Hold time"),
        "time.alerts": _("Bars: alerts raised"),
        "time.noAlert": _("No alert that way in the record."),
        "time.key.now": _("Back to live"),
        "time.key.play": _("Let time run, hold it"),
        "time.key.minBack": _("A minute back"),
        "time.key.minOn": _("A minute on"),
        "time.key.hourBack": _("An hour back"),
        "time.key.hourOn": _("An hour on"),
        "time.key.alertBack": _("To the alert before"),
        "time.key.alertOn": _("To the alert after"),
        "time.key.slower": _("Slower"),
        "time.key.faster": _("Faster"),
        "time.key.go": _("Go to a day and hour"),
        "keys.group.time": _("Time"),
    }


def _acts() -> dict[str, str]:
    return {
        "act.dispatch": _("Start directive"),
        "act.cameras": _("Nearest cameras"),
        "act.replay": _("Replay"),
        "act.share": _("Share link"),
        "act.wall": _("Show on wall"),
        "act.moment": _("Show this moment"),
        "act.noPlace": _("It has no place on the map."),
        "act.noneNear": _("None near."),
        "keys.group.drawer": _("With a thing selected"),
    }


def _keys() -> dict[str, str]:
    return {
        "keys.group.console": _("Console"),
        "keys.group.alerts": _("In the list of alerts"),
        "keys.inList": _("list"),
        "keys.orders": _("Directives"),
        "keys.wall": _("Wall"),
        "keys.log": _("Log of the shift"),
        "keys.map": _("The map itself"),
        "keys.move": _("Up and down"),
        "keys.open": _("Open in the drawer"),
        "keys.palette": _("Commands, scenes, layers, search"),
        "palette.placeholder": _("Command, scene, layer, or anything to find"),
        "palette.show": _("Show {layer}"),
        "palette.hide": _("Hide {layer}"),
    }


def _wall() -> dict[str, str]:
    return {
        "wall.preview": _("What the wall shows now"),
        "wall.panels": _("{ok} of {all} panels answer"),
        "wall.panelsBad": _("{bad} of {all} panels are silent"),
        "wall.noAnswer": _("No connection to the wall. Trying again."),
        "wall.then": _("then it showed: {title}"),
        "wall.waiting": _("Waiting for the wall's state"),
        "wall.for": _("{age} more"),
        "wall.paused": _("held"),
        "wall.overAlarm": _("an alarm has the spotlight"),
        "wall.overScene": _("a scene is put over it"),
        "wall.timePast": _("PAST {time}"),
        "wall.timeDrill": _("EXERCISE {time}"),
        "wall.blanked.black": _("The wall is black"),
        "wall.blanked.privacy": _("Pictures of people are hidden"),
        "wall.unblanked": _("The wall shows everything again"),
        "wall.done": _("Done on the wall"),
        "wall.failed": _("The wall did not take it. Try again."),
        "wall.notYours": _("Your role does not conduct the wall."),
        "wall.pushed": _("Pushed to the wall"),
        "wall.pushedPast": _("Pushed to the wall, with its moment of the past"),
        "wall.spotlit": _("On the wall for {n} s"),
        "wall.armed": _("Armed: the wall follows this map"),
        "wall.disarmed": _("The wall no longer follows"),
        "wall.disarmedIdle": _("Disarmed: the map has not moved for two minutes"),
        "wall.disarm": _("Disarm"),
        "wall.bandArmed": _("ARMED: the wall follows this map"),
        "wall.given": _("The hand is free"),
        "wall.taken": _("This console has the hand"),
        "wall.asked": _("{who} has been asked for the hand"),
        "wall.shows": _("The wall shows: {title}"),
        "wall.dismissed": _("Taken from the wall"),
        "wall.nothingOver": _("Nothing lies over the scene."),
        "wall.noScenes": _("No scenes"),
        "wall.playlist": _("playlist"),
        "wall.presetShift": _("shift"),
        "wall.presetVisitor": _("visitors"),
        "wall.hand.none": _("Nobody has the hand"),
        "wall.hand.mine": _("This console has the hand"),
        "wall.hand.armed": _("This console has the hand and is armed"),
        "wall.hand.other": _("{who} has the hand"),
        "wall.hand.otherArmed": _("{who} has the hand and is armed"),
        "wall.hand.take": _("Take the hand"),
        "wall.hand.give": _("Let go"),
        "wall.hand.ask": _("Ask for the hand"),
        "wall.hand.giveTo": _("Give to {who}"),
        "wall.hand.wanted": _("{who} asks for the hand"),
        "wall.hand.takeOver": _("Take over"),
    }


def _wall_keys() -> dict[str, str]:
    return {
        "keys.group.wall": _("Wall"),
        "wall.key.scene": _("Scene or playlist by its figure"),
        "wall.key.push": _("Push to wall"),
        "wall.key.arm": _("Let the wall follow this map, or stop that"),
        "wall.key.hand": _("Take, ask for, or let go of the hand"),
        "wall.key.next": _("Next scene of the playlist"),
        "wall.key.pause": _("Hold the playlist, or let it run"),
        "wall.key.schedule": _("Back to the schedule"),
        "wall.key.dismiss": _("Take away what lies over the scene"),
        "wall.key.live": _("The wall back to live"),
        "wall.key.blank": _("Black wall, on and off"),
        "wall.key.privacy": _("Hide pictures of people, on and off"),
        "wall.arm": _("Follow"),
        "wall.next": _("Next scene"),
        "wall.pauseList": _("Hold"),
        "wall.black": _("Black"),
        "wall.privacy": _("Privacy"),
        "wall.schedule": _("By schedule"),
        "wall.live": _("Wall to live"),
    }


def _lists() -> dict[str, str]:
    return {
        "desk.assign": _("Assign"),
        "desk.shelve": _("Shelve"),
        "desk.comment": _("Note"),
        "desk.close": _("Close with a reason"),
        "desk.past": _("As it stood then. Acts are off in the past."),
        "desk.drill": _("Recorded. What you do is kept with the exercise only."),
        "desk.notOffered": _("This cannot be done with it now."),
        "desk.ordersFailed": _("Directives could not be read. Trying again."),
        "orders.group.overdue": _("Overdue"),
        "orders.group.due_soon": _("Due soon"),
        "orders.group.in_time": _("Running"),
        "orders.group.waiting": _("Waiting for a signature"),
        "orders.group.reported": _("Reported, to be confirmed"),
        "orders.exercise": _("Exercise"),
        "orders.by": _("by {time}"),
    }


def _log() -> dict[str, str]:
    return {
        "log.none": _("Nothing has been done in this shift yet."),
        "log.failed": _("The log could not be read."),
        "log.verb.acknowledged": _("acknowledged it"),
        "log.verb.assigned": _("assigned"),
        "log.verb.shelved": _("shelved"),
        "log.verb.unshelved": _("put back on the list"),
        "log.verb.commented": _("wrote a note"),
        "log.verb.closed": _("closed it"),
        "log.verb.drafted": _("drafted"),
        "log.verb.issue": _("issued it"),
        "log.verb.receive": _("received it"),
        "log.verb.return": _("returned"),
        "log.verb.start": _("began"),
        "log.verb.report": _("reported on it"),
        "log.verb.send_back": _("sent back"),
        "log.verb.close": _("closed it"),
        "log.verb.suspend": _("suspended"),
        "log.verb.resume": _("resumed"),
        "log.verb.withdraw": _("withdrew"),
        "log.wall.scene": _("showed a scene on the wall"),
        "log.wall.playlist": _("started a playlist on the wall"),
        "log.wall.schedule": _("put the wall back to its schedule"),
        "log.wall.next": _("went on to the next scene"),
        "log.wall.pause": _("held the playlist"),
        "log.wall.resume": _("let the playlist run"),
        "log.wall.push": _("pushed the map to the wall"),
        "log.wall.interrupt": _("put something over the wall's scene"),
        "log.wall.dismiss": _("took away what lay over the scene"),
        "log.wall.blank": _("blanked the wall"),
        "log.wall.unblank": _("showed the wall again"),
        "log.wall.take": _("took the hand"),
        "log.wall.release": _("laid the hand down"),
        "log.wall.handover": _("gave the hand"),
        "log.wall.previous": _("went back to the scene before"),
        "log.wall.alarm": _("gave an alarm the spotlight"),
        "log.wall.over": _("ended the spotlight of alarms"),
        "log.wall.spotlight": _("switched the spotlight of alarms"),
        "log.wall.theme": _("changed the wall's colours"),
        "log.wall.arm": _("armed: the wall follows"),
        "log.wall.disarm": _("disarmed"),
        "log.wall.clock": _("set the wall's time"),
        "log.wall.live": _("put the wall back to live"),
    }


def _drill() -> dict[str, str]:
    return {
        "drill.key": _("Start or end a drill"),
        "drill.join": _("Join the drill, or leave it"),
        "drill.leave": _("Leave"),
        "drill.end": _("End the drill"),
        "drill.report": _("Who did what"),
        "drill.band": _("EXERCISE “{title}”: recorded {day}, {speed} ×"),
        "drill.recorded": _("Kept with the exercise; nothing real was changed"),
        "drill.failed": _("This was not kept. Try again."),
        "drill.title": _("Drill from a recorded day"),
        "drill.explain": _(
            "Everybody who joins sees the recorded picture as if it were now. "
            "What they do is kept with the drill; alerts and directives stay as they "
            "are."
        ),
        "drill.name": _("Title"),
        "drill.nameOf": _("Drill of {day}"),
        "drill.from": _("Recorded from"),
        "drill.to": _("Recorded to"),
        "drill.start": _("Start the drill"),
    }
