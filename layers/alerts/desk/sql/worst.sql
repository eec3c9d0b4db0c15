-- The sources that called most often, with their share of all calls.
SELECT rule.slug AS rule, rule.title AS rule_title, rule.title_en AS rule_title_en,
       r.layer, r.feature_id, r.part, r.group_key,
       max(r.feature_title) AS feature_title, max(r.part_title) AS part_title,
       count(*) AS rang,
       (count(*) / sum(count(*)) OVER ())::float8 AS share,
       max(r.id) AS newest, max(r.at) AS last_at
FROM rings r JOIN alerts_rule rule ON rule.id = r.rule_id
GROUP BY rule.slug, rule.title, rule.title_en, r.layer, r.feature_id, r.part,
         r.group_key
ORDER BY rang DESC, last_at DESC, newest DESC
LIMIT %(ten)s
