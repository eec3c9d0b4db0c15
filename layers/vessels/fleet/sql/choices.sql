-- What the filters of the fleet list offer: values that vessels of the register have.
-- scope: the rows that may be seen.
SELECT 'kind' AS filter, v.vessel_class AS value, count(*) AS vessels
FROM {relation} v WHERE v.registered AND {scope} GROUP BY 2
UNION ALL
SELECT 'port', v.home_port, count(*)
FROM {relation} v WHERE v.registered AND {scope} GROUP BY 2
UNION ALL
SELECT 'gear', v.gear, count(*)
FROM {relation} v WHERE v.registered AND {scope} GROUP BY 2
UNION ALL
SELECT 'provider', coalesce(v.vms_provider, ''), count(*)
FROM {relation} v WHERE v.registered AND {scope} GROUP BY 2
ORDER BY 1, 2
