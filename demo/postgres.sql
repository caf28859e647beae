-- The role that watches, with no more rights than it needs; its password comes from the file that the stack names.
\set password `cat "$WATCHSPEC_PASSWORD_FILE"`
CREATE ROLE watchspec LOGIN PASSWORD :'password' CONNECTION LIMIT 5;
GRANT pg_monitor TO watchspec;
-- The shop's orders: one a minute until the stack began. The last 500 wait: three of four for the parcel, one to be paid.
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  placed timestamptz NOT NULL DEFAULT now(),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'paid', 'shipped'))
);
INSERT INTO orders (placed, state)
  SELECT now() - n * interval '1 minute', CASE WHEN n > 500 THEN 'shipped' WHEN n % 4 = 0 THEN 'open' ELSE 'paid' END
  FROM generate_series(1, 1000) AS n;
-- What the queries of monitoring.yml read: counts and times, and nothing else of the table.
GRANT SELECT (state, placed) ON orders TO watchspec;
