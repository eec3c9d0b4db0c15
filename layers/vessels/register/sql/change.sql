-- {columns} of many vessels at once, from a list of objects.
UPDATE vessels_vessel v SET {sets}, updated_at = now()
FROM jsonb_populate_recordset(NULL::vessels_vessel, %s) said
WHERE v.id = said.id
