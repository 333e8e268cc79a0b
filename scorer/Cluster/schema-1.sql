CREATE TABLE scorer_schema (version integer NOT NULL);
INSERT INTO scorer_schema VALUES (0);

-- Who schedules jobs.
CREATE TABLE scorer_lease (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  holder text NOT NULL,
  until timestamptz NOT NULL
);
INSERT INTO scorer_lease VALUES (true, '', now());

-- A run of a job (its output folder) in parts. An attempt's number decides which folder it writes and whether its end counts.
CREATE TABLE scorer_tasks (
  run text NOT NULL,
  task text NOT NULL,
  job_group text NOT NULL,
  arguments text[] NOT NULL,
  work text NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  attempt integer NOT NULL DEFAULT 0,
  node text,
  seen timestamptz,
  changed timestamptz NOT NULL DEFAULT now(),
  exit_code integer,
  message text,
  summary text,
  PRIMARY KEY (run, task)
);
