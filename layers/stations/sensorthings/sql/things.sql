-- Stations as Things.
SELECT st.id, st.title AS name,
    concat_ws(', ', k.title, nullif(st.address, ''), nullif(st.river, '')) AS description,
    jsonb_build_object('code', st.code, 'kind', st.kind, 'owner', st.owner,
        'address', st.address, 'river', st.river, 'permitNumber', st.permit_no,
        'installedOn', st.installed_at, 'unitId', st.unit_id) AS properties
FROM {visible} st
JOIN {kinds} k(kind, title) ON k.kind = st.kind
