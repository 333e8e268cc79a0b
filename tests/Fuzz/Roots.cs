using System.CommandLine;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Finds;
using ParquetPool.Scorer.JobFiles;
using ParquetPool.Scorer.Judging;
using ParquetPool.Scorer.Labelling;
using ParquetPool.Scorer.Novelty;
using ParquetPool.Scorer.Packing;
using ParquetPool.Scorer.Purging;
using ParquetPool.Scorer.Reports;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Scorer.Selection;
using ParquetPool.Scorer.Showing;
using ParquetPool.Scorer.Verification;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.Import;
using ParquetPool.Trainer.Pretraining;
using ParquetPool.Trainer.Rehearsal;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Fuzz;

/// <summary>The programs' commands, without those that run until they are stopped, that read no file, and `correlate`, which reads what `simulate` does.</summary>
internal static class Roots
{
    public static RootCommand Scorer() => new()
    {
        ScoreCommand.Create(), SelectCommand.Create(), TasksCommand.Create(), ShowCommand.Create(), MergeCommand.Create(), AuditCommand.Create(), ReportCommand.Create(), JudgeCommand.Create(),
        PurgeCommand.Create(), EvaluateCommand.Create(), PackCommand.Create(), FindCommand.Create(), NovelCommand.Create(), InspectCommand.Create(), VerifyCommand.Create(), JobsCommand.Create(),
    };

    public static RootCommand Trainer() => new() { ImportCommand.Create(), TrainCommand.Create(), RoundCommand.Create(), EmbedCommand.Create(), PretrainCommand.Create(), SimulateCommand.Create() };
}
