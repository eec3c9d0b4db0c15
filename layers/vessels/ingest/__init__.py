"""The parts of ingest: who speaks, which of its tracks, can it be believed, store.

Judgement. ``vessels_position.branch`` and ``.flags`` are what was thought of a fix
when it came, and are never changed. Where later evidence says otherwise (the first
fixes of what turns out to be a second ship, a fix that came late) a row of
``vessels_judgement`` overrides them in the same transaction; the view ``vessels_fix``
is ``vessels_position`` with the judgement that holds. Whoever reads fixes reads
``vessels_fix`` or ``layers.vessels.queries.fixes_of``: branch and flags there are
final, independent of the order of arrival, and ``vessels_dirty`` names every
(device, branch) that an override touched. Nobody has to judge again.

The pure function behind it, for whoever wants it without a database::

    from layers.vessels.ingest.segmenter import judge
    branch, flags = judge(fixes, Params(), hard_knots=None)

    fixes: layers.vessels.reports.Fixes of ONE device, sorted by (at, digest), n rows;
           flags as the feed gave them
    params: layers.vessels.ingest.params.Params
    branch: int64 (n,), 0, 1, 2 ...; 0 for a suspect fix
    flags: int64 (n,), the given ones plus Flag.JUMP where no track leads there
"""
