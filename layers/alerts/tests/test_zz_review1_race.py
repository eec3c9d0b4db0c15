"""Two people and two workers at once. Committed rows, threads."""
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import pytest
from datetime import timedelta
from django.db import connection
from django.utils import timezone
from gis_ioc.accounts.grants import grant_of
from layers.alerts import services, suppressing, suppressed, escalating, clock
from layers.alerts.models import *
from layers.alerts.services import Who, SYSTEM
from layers.alerts.studio import drafts
from layers.alerts.tests import trial
from layers.alerts.tests.trial import Fix, deliver, rule
from layers.alerts.tests.test_studio_flow import submitted
from layers.core.delivery.models import Message, Delivery
from layers.core.models import Event
from collections import Counter
EAST=(106.1,19.05)

def at_once(*acts):
    b=Barrier(len(acts))
    def run(a):
        try:
            b.wait(); return a()
        except Exception as e: return e
        finally: connection.close()
    with ThreadPoolExecutor(len(acts)) as p: return [f.result() for f in [p.submit(run,a) for a in acts]]
def evs(a=None):
    q=Event.objects.filter(layer="alerts")
    if a is not None: q=q.filter(feature_id=a)
    return Counter(q.values_list("kind",flat=True))

@pytest.fixture
def world(transactional_db):
    from layers.core import units
    def drop():
        with connection.cursor() as c: c.execute("DROP TABLE IF EXISTS trial_boats, trial_fixes, trial_areas CASCADE")
    drop()
    with trial.trial_world():
        ids=trial.units_of_trial(); units.tree.forget()
        trial.draw(1,(106.05,19.0,106.15,19.1))
        yield ids
    drop()

@pytest.fixture
def cast(transactional_db):
    from django.contrib.auth.models import Group
    from gis_ioc.accounts.models import Scope, User
    from gis_ioc.accounts.roles import ROLES, sync_roles
    sync_roles(); users={}
    for role in ROLES:
        u=User.objects.create_user(role,password="x"); u.groups.add(Group.objects.get(name=role))
        if role!="officer": Scope.objects.create(user=u,all_units=True)
        users[role]=u
    return users
def who(u): return Who(user=u,grant=grant_of(u))

def test_two_ack(world,cast):
    rule(); deliver(Fix(1,0,*EAST)); a=Alert.objects.get()
    r=at_once(*[lambda u=u: services.acknowledge(a.pk,who(u)) for u in (cast["operator"],cast["administrator"])])
    print(r); assert evs(a.pk)["alert.acknowledged"]==1
def test_ack_close(world,cast):
    rule(); deliver(Fix(1,0,*EAST)); a=Alert.objects.get()
    for n in range(1):
        r=at_once(lambda: services.acknowledge(a.pk,who(cast["operator"])), lambda: services.close(a.pk,who(cast["administrator"]),reason="x"), lambda: services.close(a.pk,who(cast["operator"]),reason="y"))
    print(r,evs(a.pk)); assert evs(a.pk)["alert.closed"]==1
def test_two_approve(world,cast):
    P={n:Who(user=u) for n,u in cast.items()}
    d=submitted(P["operator"])
    r=at_once(*[lambda n=n: drafts.approve(d.pk,P[n]) for n in ("leader","administrator")])
    print(r); assert sum(isinstance(x,Rule) for x in r)==1; assert evs()["rule.approved"]==1; assert Rule.objects.get(slug=d.body["slug"]).version==1
def test_approve_takeback(world,cast):
    P={n:Who(user=u) for n,u in cast.items()}
    d=submitted(P["operator"])
    r=at_once(lambda: drafts.approve(d.pk,P["leader"]), lambda: drafts.take_back(d.pk,P["operator"]))
    d.refresh_from_db(); print(r,d.status); assert (d.status=="approved")==Rule.objects.filter(slug=d.body["slug"]).exists()
def test_two_drafts_same_new_slug(world,cast):
    P={n:Who(user=u) for n,u in cast.items()}
    d1,d2=submitted(P["operator"]),submitted(P["operator"])
    r=at_once(lambda: drafts.approve(d1.pk,P["leader"]), lambda: drafts.approve(d2.pk,P["administrator"]))
    print(r); assert sum(isinstance(x,Rule) for x in r)==1
    from layers.alerts.services import RefusedError
    assert any(isinstance(x,RefusedError) for x in r), r
def test_two_sweeps_escalation(world,cast):
    rule(); deliver(Fix(1,0,*EAST)); a=Alert.objects.get()
    Policy.objects.all().delete()
    p=Policy.objects.create(slug="p",title="p",severities=["critical","high","medium","low"],levels=[{"after_minutes":0,"to":[{"user":cast["operator"].pk}]},{"after_minutes":5,"to":[{"user":cast["leader"].pk}]}])
    escalating.begin(a)
    r=at_once(escalating.sweep,escalating.sweep,lambda: escalating.advance(a.pk,timezone.now()))
    print(r,evs(a.pk),Escalation.objects.values()); assert evs(a.pk)["alert.escalated"]==1; assert Message.objects.filter(key__startswith="escalation:").count()==1
    Escalation.objects.update(next_at=timezone.now()-timedelta(seconds=1))
    r=at_once(escalating.sweep, lambda: services.acknowledge(a.pk,who(cast["operator"])))
    print(r,evs(a.pk)); e=Escalation.objects.get(); assert e.next_at is None or evs(a.pk)["alert.escalated"]==2
    n=evs(a.pk)["alert.escalated"]; Escalation.objects.filter(next_at__isnull=False).update(next_at=timezone.now()); escalating.sweep(); assert evs(a.pk)["alert.escalated"]==n
def test_supp(world,cast):
    r0=rule(); deliver(Fix(1,0,*EAST)); a=Alert.objects.get()
    s=suppressing.start(SYSTEM,kind="maintenance",reason="x",layer=trial.BOATS,ends_at=timezone.now()+timedelta(hours=1))
    a.refresh_from_db(); assert a.suppressed
    r=at_once(lambda: suppressing.end(s.pk,SYSTEM), suppressed.sweep, lambda: services.close(a.pk,who(cast["operator"]),reason="z"), suppressed.sweep)
    a.refresh_from_db(); print(r,evs(a.pk),a.state,a.closed_at); assert evs(a.pk)["alert.closed"]==1 and evs(a.pk)["alert.unsuppressed"]<=1
def test_two_clocks(world,cast):
    rule(kind="silence",params={"minutes":1},zone_layer="") 
    deliver(Fix(1,0,*EAST)); 
    r=at_once(clock.tick,clock.tick,clock.tick) if hasattr(clock,"tick") else [n for n in dir(clock) if not n.startswith("_")]
    print(r,evs(),Alert.objects.count())
