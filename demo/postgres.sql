-- The role that watches, with no more rights than it needs; its password comes from the file that the stack names.
\set password `cat "$WATCHSPEC_PASSWORD_FILE"`
CREATE ROLE watchspec LOGIN PASSWORD :'password' CONNECTION LIMIT 5;
GRANT pg_monitor TO watchspec;
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, placed timestamptz NOT NULL DEFAULT now());
INSERT INTO orders (placed) SELECT now() - n * interval '1 minute' FROM generate_series(1, 1000) AS n;
