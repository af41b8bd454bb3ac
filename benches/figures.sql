-- Who is up to date under benches/policy.toml on the day {today}, for DuckDB and for SQLite: what stands in braces is
-- filled in by benches/compare. Holds for data in which a person's posts have the same dates, as the generated data has.
WITH RECURSIVE
satisfies(course, gives) AS (VALUES
    ('SGC-L1', 'SGC-L1'),
    ('SGC-L2', 'SGC-L2'), ('SGC-L2', 'SGC-L1'),
    ('SGC-L3', 'SGC-L3'), ('SGC-L3', 'SGC-L2'), ('SGC-L3', 'SGC-L1'),
    ('SGC-L4', 'SGC-L4'), ('SGC-L4', 'SGC-L3'), ('SGC-L4', 'SGC-L2'), ('SGC-L4', 'SGC-L1'),
    ('SGA-L1', 'SGA-L1'), ('SGA-L2', 'SGA-L2'), ('SGA-L2', 'SGA-L1'),
    ('PREVENT-BASIC', 'PREVENT-BASIC'), ('PREVENT-AWARE', 'PREVENT-AWARE'), ('PREVENT-AWARE', 'PREVENT-BASIC')),
held AS MATERIALIZED (
    SELECT employee_number, assignment_number, primary_assignment, job_title, staff_group, unit, start_date,
        lower(assignment_status) IN ('maternity & adoption', 'career break', 'out on external secondment - paid',
            'suspend with pay', 'inactive not worked') AS away
    FROM staff
    WHERE start_date <= {today} AND ({no_leave_date} OR leave_date >= {today})),
present AS MATERIALIZED (
    SELECT *, min(start_date) OVER (PARTITION BY employee_number) AS started,
        row_number() OVER (PARTITION BY employee_number
            ORDER BY CASE primary_assignment WHEN 'yes' THEN 0 ELSE 1 END, assignment_number) AS place,
        lower(staff_group) IN ('nursing and midwifery registered', 'additional clinical services', 'medical and dental',
            'allied health professionals', 'healthcare scientists', 'students')
            OR lower(staff_group) LIKE 'add prof%' AS clinical
    FROM held WHERE NOT away),
needs AS MATERIALIZED (
    SELECT DISTINCT p.employee_number, p.started, r.course, r.within_days
    FROM present p JOIN (VALUES
        ('SGC-L1', 60, 'all'), ('SGA-L1', 60, 'all'), ('PREVENT-BASIC', 60, 'all'),
        ('SGC-L2', 60, 'clinical'), ('SGA-L2', 60, 'clinical'), ('PREVENT-AWARE', 60, 'clinical'),
        ('SGC-L3', 365, 'children'), ('SGC-L4', 365, 'named')) AS r{rule_columns}
    ON r.whom = 'all'
        OR (r.whom = 'clinical' AND p.clinical)
        OR (r.whom = 'children' AND p.clinical
            AND (lower(p.unit) = 'women and children' OR lower(p.unit) LIKE 'women and children / %'))
        OR (r.whom = 'named' AND lower(p.job_title) LIKE 'named %')),
latest AS MATERIALIZED (
    SELECT employee_number, course, max({lapse}) AS lapse
    FROM training WHERE completed_on <= {today} GROUP BY employee_number, course),
credit AS MATERIALIZED (
    SELECT l.employee_number, s.gives AS course, max(l.lapse) AS lapse
    FROM latest l JOIN satisfies s ON s.course = l.course GROUP BY l.employee_number, s.gives),
active AS MATERIALIZED (
    SELECT n.employee_number, n.course, coalesce(c.lapse >= {today}, {false}) AS met
    FROM needs n LEFT JOIN credit c ON c.employee_number = n.employee_number AND c.course = n.course
    WHERE coalesce(c.lapse >= n.started, {false}) OR {today} > {end_of_grace}),
counted AS MATERIALIZED (
    SELECT a.employee_number, a.course, a.met FROM active a
    WHERE NOT EXISTS (
        SELECT 1 FROM active h JOIN satisfies s ON s.course = h.course
        WHERE h.employee_number = a.employee_number AND s.gives = a.course AND h.course <> a.course)),
nodes(unit, node, rest) AS (
    SELECT unit, '', unit || ' / ' FROM (SELECT DISTINCT unit FROM present WHERE place = 1) AS units
    UNION ALL
    SELECT unit, CASE node WHEN '' THEN '' ELSE node || ' / ' END || substr(rest, 1, instr(rest, ' / ') - 1),
        substr(rest, instr(rest, ' / ') + 3)
    FROM nodes WHERE rest <> ''),
people AS MATERIALIZED (
    SELECT p.employee_number, p.unit, count(*) AS needed, sum(CASE WHEN c.met THEN 1 ELSE 0 END) AS met
    FROM present p JOIN counted c ON c.employee_number = p.employee_number
    WHERE p.place = 1 GROUP BY p.employee_number, p.unit)
{select}
