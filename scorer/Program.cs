using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Benchmarks;
using ParquetPool.Scorer.Cluster;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Comparisons;
using ParquetPool.Scorer.Coverage;
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
using ParquetPool.Scorer.Serving;
using ParquetPool.Scorer.Showing;
using ParquetPool.Scorer.Verification;

var root = new RootCommand("scores a pool of Parquet shards with a Monte-Carlo-dropout committee, ranks its rows for labelling, and audits splits for rows that stand twice")
{
    ScoreCommand.Create(),
    SelectCommand.Create(),
    TasksCommand.Create(),
    ShowCommand.Create(),
    MergeCommand.Create(),
    AuditCommand.Create(),
    ReportCommand.Create(),
    JudgeCommand.Create(),
    PurgeCommand.Create(),
    EvaluateCommand.Create(),
    FindCommand.Create(),
    NovelCommand.Create(),
    CoverageCommand.Create(),
    CompareCommand.Create(),
    PackCommand.Create(),
    InspectCommand.Create(),
    VerifyCommand.Create(),
    BenchCommand.Create(),
    ServeCommand.Create(),
    JobsCommand.Create(),
    ClusterCommand.Create(),
};
return await CommandHost.InvokeAsync(root, args);
