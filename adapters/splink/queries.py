"""What the audit asks of its DuckDB, as SQL: the names in braces are those of tables and columns that it made itself."""

from projections.kin import HOUSEHOLD

SAID_OF_ONE = 50
"""So many different things said of one person are read for the reason."""

COLUMNS = "select column_name, data_type from duckdb_columns() where table_name = ?"
COUNTS = """
select (select count(*) from told),
    (select count(*) from told left join meant using (contact, ref) where person is null),
    (select count(distinct person) from description), (select count(*) from description)
"""
TABLES = """
create table told (contact varchar, ref varchar, position bigint, sealed boolean, forename varchar, middle varchar,
    surname varchar, birth varchar, dwelling varchar, uprn varchar, postcode varchar, nhs varchar, sex varchar, reach varchar,
    said varchar);
create table linked (contact varchar, ref varchar, person varchar, candidate varchar, position bigint);
create table answered (one varchar, other varchar, answer varchar, position bigint);
"""
# What was said of one person in the same words several times is one description: it would only be joined with itself.
DESCRIPTIONS = f"""
create table meant as
    select contact, ref, arg_max(person, position) as person from linked group by contact, ref;
create table generic as
    select reach from told join meant using (contact, ref) where reach is not null and person is not null
    group by reach having count(distinct person) > {HOUSEHOLD};
create table homes as
    select uprn, min(dwelling) as dwelling from told where uprn is not null and dwelling is not null group by uprn;
create table description as
    with once as (
        select person, said, arg_min(told, told.position) as t from told join meant using (contact, ref)
        where person is not null group by person, said)
    select row_number() over (order by t.position, t.ref) as unique_id, person, bool_or(t.sealed) over (partition by person) as sealed,
        t.contact as contact, t.ref as ref, t.forename as forename, t.middle as middle, t.surname as surname, t.birth as birth,
        coalesce(t.dwelling, homes.dwelling, 'u:' || t.uprn) as place, t.postcode as postcode, t.nhs as nhs, t.sex as sex,
        case when generic.reach is null then t.reach end as reach, said
    from once left join homes on homes.uprn = t.uprn left join generic on generic.reach = t.reach;
create table spoken as
    select person, list(said order by unique_id)[:{SAID_OF_ONE}] as said from description group by person;
create table answer as
    select one, other, arg_max(answer, position) as last from answered where answer <> 'proposed' group by one, other;
create table asked as
    (select least(person, candidate) as one, greatest(person, candidate) as other from linked
        where person is not null and candidate is not null
    union select one, other from answered where answer = 'proposed')
    except select one, other from answer where last in ('same', 'different');
"""
TORN = """
create table torn as select * from description where person in (
    select d.person from description as d join {clusters} as c using (unique_id) group by d.person having count(distinct c.cluster_id) > 1)
"""
DIVIDED = f"""
with groups as (
    select d.person, c.cluster_id, list(d.said order by d.unique_id)[:{SAID_OF_ONE}] as said
    from torn as d join {{clusters}} as c using (unique_id) group by d.person, c.cluster_id),
apart as (
    select w.*, a.cluster_id as group_l, b.cluster_id as group_r, row_number() over (
        partition by w.person_l, least(a.cluster_id, b.cluster_id), greatest(a.cluster_id, b.cluster_id)
        order by w.match_weight desc, w.unique_id_l, w.unique_id_r) as nth
    from {{pairs}} as w join {{clusters}} as a on a.unique_id = w.unique_id_l join {{clusters}} as b on b.unique_id = w.unique_id_r
    where a.cluster_id <> b.cluster_id)
select p.person_l, p.contact_l, p.ref_l, p.person_r, p.contact_r, p.ref_r, p.match_weight, false, false, l.said, r.said, {{weights}}
from apart as p join groups as l on l.person = p.person_l and l.cluster_id = p.group_l
    join groups as r on r.person = p.person_r and r.cluster_id = p.group_r
where p.nth = 1 order by p.match_weight, p.unique_id_l, p.unique_id_r
"""
DOUBLES = """
with joined as (
    select w.*, row_number() over (partition by least(person_l, person_r), greatest(person_l, person_r)
        order by match_weight desc, unique_id_l, unique_id_r) as nth
    from {pairs} as w where person_l <> person_r)
select p.person_l, p.contact_l, p.ref_l, p.person_r, p.contact_r, p.ref_r, p.match_weight, asked.one is not null,
    answer.last is not distinct from 'different', l.said, r.said, {weights}
from joined as p join spoken as l on l.person = p.person_l join spoken as r on r.person = p.person_r
    left join asked on asked.one = least(p.person_l, p.person_r) and asked.other = greatest(p.person_l, p.person_r)
    left join answer on answer.one = least(p.person_l, p.person_r) and answer.other = greatest(p.person_l, p.person_r)
where p.nth = 1 order by p.match_weight desc, p.unique_id_l, p.unique_id_r
"""
