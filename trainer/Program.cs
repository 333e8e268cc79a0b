using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Trainer.Demo;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.Import;
using ParquetPool.Trainer.Preferences;
using ParquetPool.Trainer.Pretraining;
using ParquetPool.Trainer.Probing;
using ParquetPool.Trainer.Rehearsal;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Studies;
using ParquetPool.Trainer.Voting;

var root = new RootCommand("imports data as Parquet shards, trains a model on the labels there are, and publishes it for the scorer")
{
    ConsensusCommand.Create(),
    CorrelateCommand.Create(),
    DemoCommand.Create(),
    EmbedCommand.Create(),
    ImportCommand.Create(),
    PretrainCommand.Create(),
    ProbeCommand.Create(),
    PruneCommand.Create(),
    RankCommand.Create(),
    RoundCommand.Create(),
    RoundServeCommand.Create(),
    SimulateCommand.Create(),
    StudyCommand.Create(),
    SynthesizeCommand.Create(),
    TrainCommand.Create(),
};
return await CommandHost.InvokeAsync(root, args);
