-- Time allowed per field: the common clocks (24 h urgent, 2 to 7 working days
-- normal); the province sets its own, and the agencies, in the admin.
INSERT INTO citizen_reports_servicecategory (code, clock, amount, agency, active)
VALUES ('road', 'days', 5, '', true), ('light', 'days', 3, '', true),
       ('waste', 'days', 2, '', true), ('noise', 'days', 2, '', true),
       ('smell', 'days', 3, '', true), ('water', 'days', 2, '', true),
       ('drain', 'hours', 24, '', true), ('power', 'hours', 24, '', true),
       ('traffic', 'days', 2, '', true), ('order', 'hours', 24, '', true),
       ('build', 'days', 7, '', true), ('service', 'days', 5, '', true),
       ('food', 'days', 3, '', true), ('school', 'days', 5, '', true),
       ('fishing', 'days', 2, '', true), ('fire', 'hours', 4, '', true),
       ('other', 'days', 7, '', true)
ON CONFLICT (code) DO NOTHING;
