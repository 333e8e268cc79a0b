"""Scores 8 shares of a pool every night, each as a task that may run anywhere and goes on where it was when retried, then joins them."""

import pendulum
from airflow.decorators import dag
from airflow.operators.bash import BashOperator

SHARES = 8


@dag(schedule="0 2 * * *", start_date=pendulum.datetime(2026, 1, 1, tz="UTC"), catchup=False, max_active_runs=1)
def score_pool():
    parts = BashOperator.partial(task_id="score", retries=3).expand(
        bash_command=[
            f"scorer score --model /data/models/fashion --pool /data/pool --out /data/parts/{{{{ ds }}}}/{share} --partition {share}/{SHARES}"
            for share in range(1, SHARES + 1)
        ]
    )
    parts >> BashOperator(task_id="merge", bash_command="scorer merge --scores /data/parts/{{ ds }}/* --out /data/scored/{{ ds }} --top 200")


score_pool()
