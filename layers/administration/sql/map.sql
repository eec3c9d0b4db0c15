-- Every one-stop shop with the figures of the ninety days before a time. Figures are
-- what was known then: a dossier finished later counts as waiting.
-- Reads only the index dossier_figures, and only for the counters asked for.
CREATE FUNCTION administration_figures(at timestamptz)
RETURNS TABLE (
    id bigint, source text, external_id text, title text, unit_id bigint,
    address text, phone text, windows integer, staff integer,
    received integer, solved integer, solved_late integer, waiting integer,
    waiting_late integer, on_time_share float8, online_share float8,
    satisfaction float8, figures_at timestamptz, geom geometry, shape geometry,
    search_text text)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
SELECT c.id, c.source, c.external_id, c.title, c.unit_id, c.address, c.phone,
       c.windows, c.staff,
       n.received, n.solved, n.solved_late, n.waiting, n.waiting_late,
       round(100.0 * (n.solved - n.solved_late) / nullif(n.solved, 0), 1),
       round(100.0 * n.online / nullif(n.received, 0), 1),
       round(100.0 * n.satisfied / nullif(n.rated, 0), 1),
       administration_figures.at, c.geom, c.shape, c.search_text
FROM administration_servicecounter c
LEFT JOIN LATERAL (
    SELECT count(*) AS received,
           count(*) FILTER (WHERE d.finished_at <= administration_figures.at)
               AS solved,
           count(*) FILTER (WHERE d.finished_at <= administration_figures.at
                              AND d.finished_at > d.due_at) AS solved_late,
           count(*) FILTER (WHERE d.finished_at IS NULL
                               OR d.finished_at > administration_figures.at)
               AS waiting,
           count(*) FILTER (WHERE (d.finished_at IS NULL
                                   OR d.finished_at > administration_figures.at)
                              AND d.due_at < administration_figures.at)
               AS waiting_late,
           count(*) FILTER (WHERE d.online) AS online,
           count(d.rating) FILTER (WHERE d.finished_at <= administration_figures.at)
               AS rated,
           count(*) FILTER (WHERE d.rating >= 4
                              AND d.finished_at <= administration_figures.at)
               AS satisfied
    FROM administration_dossier d
    WHERE d.counter_id = c.id
      AND d.received_at > administration_figures.at - interval '90 days'
      AND d.received_at <= administration_figures.at
) AS n ON true;
END;

CREATE VIEW administration_map AS
SELECT * FROM administration_figures(now());
