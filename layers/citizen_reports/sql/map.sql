-- Reports as the map shows them, now and as of a time. "late" needs a clock, so it
-- is worked out on reading: an open report past its due time.
CREATE FUNCTION citizen_reports_open(status text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN status IN ('received', 'checked', 'forwarded', 'handling');

CREATE VIEW citizen_reports_map AS
SELECT r.id, r.source, r.external_id, r.title, r.unit_id, r.category, r.status,
       citizen_reports_open(r.status) AS open,
       citizen_reports_open(r.status) AND r.due_at < now() AS late,
       r.description, r.address, r.channel, r.requested_at, r.due_at, r.answered_at,
       r.agency, r.handler_unit_id, r.answer, r.rating,
       cardinality(r.photos) AS photo_count, r.reporter_name, r.reporter_phone,
       r.updated_at, r.geom, r.shape, r.search_text
FROM citizen_reports_citizenreport r;

-- Handed in by then, with the status of the last step by then.
CREATE FUNCTION citizen_reports_as_of(at timestamptz)
RETURNS TABLE (
    id bigint, title text, unit_id bigint, category text, status text, open boolean,
    late boolean, description text, address text, channel text,
    requested_at timestamptz, due_at timestamptz, answered_at timestamptz,
    agency text, answer text, rating integer, photo_count integer,
    reporter_name text, reporter_phone text, external_id text,
    updated_at timestamptz, geom geometry, shape geometry)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
SELECT r.id, r.title, r.unit_id, r.category, was.status,
       citizen_reports_open(was.status),
       citizen_reports_open(was.status) AND r.due_at < citizen_reports_as_of.at,
       r.description, r.address, r.channel, r.requested_at, r.due_at,
       CASE WHEN r.answered_at <= citizen_reports_as_of.at THEN r.answered_at END,
       r.agency,
       CASE WHEN r.answered_at <= citizen_reports_as_of.at THEN r.answer END,
       CASE WHEN was.status = 'closed' THEN r.rating END,
       cardinality(r.photos), r.reporter_name, r.reporter_phone, r.external_id,
       was.at, r.geom, r.shape
FROM citizen_reports_citizenreport r
CROSS JOIN LATERAL (
    SELECT coalesce(max(s.status), 'received') AS status,
           coalesce(max(s.at), r.requested_at) AS at
    FROM (
        SELECT t.status, t.at FROM citizen_reports_reportstep t
        WHERE t.report_id = r.id AND t.at <= citizen_reports_as_of.at
        ORDER BY t.at DESC, t.id DESC LIMIT 1
    ) AS s
) AS was
WHERE r.requested_at <= citizen_reports_as_of.at;
END;
