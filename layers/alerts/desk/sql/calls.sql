-- When each call came.
SELECT at FROM rings ORDER BY at
