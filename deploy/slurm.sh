#!/bin/bash
# MODEL=models/fashion POOL=pool PARTS=parts OUT=scored ./slurm.sh
# Scores 8 shares of the pool as an array; a requeued task goes on where it was. A second job joins them once all have succeeded.
set -euo pipefail
shares=8

if [ -z "${SLURM_JOB_ID:-}" ]; then
  export MODEL POOL PARTS OUT
  scored=$(sbatch --parsable --job-name=score --array=1-$shares --cpus-per-task="${CPUS:-4}" --requeue "$0")
  exec sbatch --parsable --job-name=merge --dependency=afterok:"$scored" "$0"
elif [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
  exec scorer score --quiet --model "$MODEL" --pool "$POOL" --out "$PARTS/$SLURM_ARRAY_TASK_ID" --partition "$SLURM_ARRAY_TASK_ID/$shares" --threads "$SLURM_CPUS_PER_TASK"
else
  exec scorer merge --quiet --scores "$PARTS"/* --out "$OUT" --top 200
fi
