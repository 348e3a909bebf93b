-- The log of one council and what must be written with it. {log}, {views} and {engine} are its schemas, {role} the role the hub runs as.
CREATE SCHEMA IF NOT EXISTS {log};

-- Moved once a batch: positions are gapless and in commit order because this row is locked until the commit.
-- While it `relives` a made-up past, the log's time is that past's: what brings no time of its own is recorded at the last moment
-- relived, and no live contact is taken in.
CREATE TABLE {log}.head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    demonstration boolean NOT NULL,
    relives boolean NOT NULL DEFAULT false CHECK (demonstration OR NOT relives)
);

CREATE TABLE {log}.events (
    position bigint PRIMARY KEY,
    event_id uuid,
    stream text NOT NULL,
    version integer NOT NULL,
    type text NOT NULL,
    schema_version smallint,
    state bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    occurred_at timestamptz,
    actor text,
    organisation text,
    correlation_id text,
    causation_id uuid,
    purpose text,
    key_id text,
    hash bytea,
    tags text[],
    CONSTRAINT events_stream_version UNIQUE (stream, version)
);
ALTER TABLE {log}.events ALTER COLUMN state SET STORAGE EXTERNAL;
CREATE INDEX events_tags ON {log}.events USING gin (tags) WITH (fastupdate = on, gin_pending_list_limit = 1024);

CREATE TABLE {log}.raw_messages (
    sha256 text PRIMARY KEY,
    body bytea NOT NULL,
    content_type text,
    key_id text,
    kept_at timestamptz NOT NULL
);

CREATE TABLE {log}.inbox (
    source text NOT NULL,
    message_id text NOT NULL,
    body_hash text NOT NULL,
    contact text NOT NULL,
    position bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT inbox_source_message_id PRIMARY KEY (source, message_id)
);

CREATE TABLE {log}.kafka_offsets (
    consumer_group text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next bigint NOT NULL,
    PRIMARY KEY (consumer_group, topic, partition)
);

CREATE TABLE {log}.partner_keys (
    sha256 text PRIMARY KEY,
    key text NOT NULL,
    holder text NOT NULL,
    single_use boolean NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz
);
CREATE TABLE {log}.staff_keys (LIKE {log}.partner_keys INCLUDING ALL);

-- How far each reader of the log has come: the engine, the relay, the library's trackings.
CREATE TABLE {log}.checkpoints (name text PRIMARY KEY, position bigint NOT NULL);

-- Who may work as the engine, and until when by this database's clock: the holder renews its lease; when it has run out another
-- takes over, the token rises, and a commit under an old one is refused.
CREATE TABLE {log}.fences (name text PRIMARY KEY, token bigint NOT NULL, holder text, expires_at timestamptz);

CREATE SEQUENCE {log}.contact_numbers INCREMENT BY 1;

CREATE FUNCTION {log}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log cannot be changed: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER events_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {log}.events
    FOR EACH STATEMENT EXECUTE FUNCTION {log}.refuse_change();
CREATE TRIGGER raw_messages_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {log}.raw_messages
    FOR EACH STATEMENT EXECUTE FUNCTION {log}.refuse_change();
CREATE TRIGGER inbox_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {log}.inbox
    FOR EACH STATEMENT EXECUTE FUNCTION {log}.refuse_change();

-- The one way in: moves the head, writes the events in the order given, with inbox rows and raw bytes, and says that there is news.
-- Arrays run side by side; a tag list is joined by U+001F. `inbox_event` and `raw…` are arrays of their own.
CREATE FUNCTION {log}.append(
    event_ids uuid[], streams text[], versions integer[], types text[], schema_versions smallint[], states bytea[],
    occurred_ats timestamptz[], actors text[], organisations text[], correlation_ids text[], causation_ids uuid[],
    purposes text[], key_ids text[], hashes bytea[], tag_lists text[],
    inbox_sources text[], inbox_message_ids text[], inbox_body_hashes text[], inbox_contacts text[], inbox_events integer[],
    raw_sha256s text[], raw_bodies bytea[], raw_content_types text[],
    simulated timestamptz,
    OUT last bigint, OUT at timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    live boolean;
    past boolean;
    size integer := coalesce(array_length(streams, 1), 0);
BEGIN
    UPDATE {log}.head h
       SET position = h.position + size,
           recorded_at = greatest(h.recorded_at, coalesce(simulated, CASE WHEN NOT h.relives THEN clock_timestamp() END))
     RETURNING h.position, h.recorded_at, NOT h.demonstration, h.relives INTO last, at, live, past;
    IF simulated IS NOT NULL AND live THEN
        RAISE EXCEPTION 'simulated time' USING ERRCODE = 'NWD01';
    END IF;
    IF past AND simulated IS NULL AND array_length(inbox_sources, 1) > 0 THEN
        RAISE EXCEPTION 'a live contact in the past' USING ERRCODE = 'NWD02';
    END IF;
    INSERT INTO {log}.events
    SELECT last - size + u.n, u.event_id, u.stream, u.version, u.type, u.schema_version, u.state, at, u.occurred_at, u.actor,
           u.organisation, u.correlation_id, u.causation_id, u.purpose, u.key_id, u.hash, string_to_array(u.tags, E'\x1f')
      FROM unnest(event_ids, streams, versions, types, schema_versions, states, occurred_ats, actors, organisations,
                  correlation_ids, causation_ids, purposes, key_ids, hashes, tag_lists) WITH ORDINALITY
           AS u(event_id, stream, version, type, schema_version, state, occurred_at, actor, organisation,
                correlation_id, causation_id, purpose, key_id, hash, tags, n);
    IF array_length(inbox_sources, 1) > 0 THEN
        INSERT INTO {log}.inbox
        SELECT i.source, i.message_id, i.body_hash, i.contact, last - size + i.event, at
          FROM unnest(inbox_sources, inbox_message_ids, inbox_body_hashes, inbox_contacts, inbox_events)
               AS i(source, message_id, body_hash, contact, event);
    END IF;
    IF array_length(raw_sha256s, 1) > 0 THEN
        INSERT INTO {log}.raw_messages
        SELECT DISTINCT ON (r.sha256) r.sha256, r.body, r.content_type, NULL, at
          FROM unnest(raw_sha256s, raw_bodies, raw_content_types) AS r(sha256, body, content_type)
            ON CONFLICT DO NOTHING;
    END IF;
    PERFORM pg_notify('{channel}', last::text);
END $$;

CREATE SCHEMA IF NOT EXISTS {views};
CREATE SCHEMA IF NOT EXISTS {engine};

GRANT USAGE ON SCHEMA {log} TO {role};
GRANT SELECT, INSERT ON {log}.events, {log}.raw_messages, {log}.inbox TO {role};
-- Whether it is a demonstration was said when the log was made, and is not the hub's to change.
GRANT SELECT, UPDATE (position, recorded_at, relives) ON {log}.head TO {role};
GRANT SELECT, INSERT, UPDATE ON {log}.kafka_offsets, {log}.partner_keys, {log}.staff_keys, {log}.checkpoints, {log}.fences TO {role};
GRANT USAGE ON SEQUENCE {log}.contact_numbers TO {role};
ALTER SCHEMA {views} OWNER TO {role};
ALTER SCHEMA {engine} OWNER TO {role};
