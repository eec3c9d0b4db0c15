-- Calls of each rule, its share, and how fast they were seen.
SELECT rule.slug AS rule, rule.title AS rule_title, rule.title_en AS rule_title_en,
       rule.severity, count(*) AS rang,
       (count(*) / sum(count(*)) OVER ())::float8 AS share,
       count(DISTINCT r.id) AS alerts,
       percentile_cont(0.5) WITHIN GROUP (
           ORDER BY extract(epoch FROM r.acked_at - r.known_at))
           FILTER (WHERE r.acked_at IS NOT NULL)::float8 AS median_s
FROM rings r JOIN alerts_rule rule ON rule.id = r.rule_id
GROUP BY rule.slug, rule.title, rule.title_en, rule.severity
ORDER BY rang DESC, rule.slug
