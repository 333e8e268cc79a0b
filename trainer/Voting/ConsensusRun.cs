using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Voting;

/// <summary>The flow of <c>trainer consensus</c>: votes of several annotators to labels, to what annotators are worth, and to rows that are worth another vote.</summary>
/// <remarks>Memory: the votes, and a number for each class of each row.</remarks>
internal static class ConsensusRun
{
    /// <exception cref="UsageException">An option is out of range.</exception>
    /// <exception cref="DataException">A file is no label file, or the labels name one class only.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<ConsensusSummary> ExecuteAsync(ConsensusOptions options, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        options.Check();
        var notes = new List<string>();
        var reading = new LabelReading { Pool = options.Pool.Count > 0 ? ShardSet.Resolve(options.Pool) : null, Control = options.Control, Tell = notes.Add, Stopping = context.Stopping };
        var said = await ShowAsync("reading labels", () => LabelFile.ReadVotes(options.Labels, reading));
        var voted = options.Ordinal ? VoteTable.Of(said).Graded() : VoteTable.Of(said);
        var features = options.Features.Count == 0 ? null : await FeaturesAsync(reading.Pool!, voted, options.Features, notes, context);
        var votes = await context.Progress.RunAsync("weighing votes", 0, "steps", advance => Task.Run(
            () => WeighedVotes.Of(voted, options.Method, features is null ? null : isCounted => VoterFindings.Of(voted, features, isCounted, options.Seed, advance, context.Stopping), context.Stopping), context.Stopping));
        using var output = new OutputFolder(options.Out, ConsensusFiles.RecordName);
        var files = new ConsensusFiles(output.Path);
        output.Open(ConsensusFiles.Names, null, context.Stopping);
        files.Open();

        if (options.Method == VoteMethod.Auto)
        {
            notes.Add(votes.Note);
        }
        var (table, labels, most) = (votes.Table, votes.Labels, new FoundLabels(votes.Model, VoteMethod.Majority));
        files.Write(table, labels);
        files.Write(votes, await ShowAsync("choosing rows", () => SecondOpinions.Of(votes.Model, options.Top, context.Stopping)));
        var record = new ConsensusRecord(
            SchemaVersion: 1,
            Classes: table.Classes,
            Rows: table.Ids.Count,
            Votes: table.Votes.Count,
            Annotators: table.Annotators.Count,
            Method: WeighedVotes.NameOf(votes.Method),
            HeldOut: votes.HeldOut,
            Labelled: labels.Count(l => l.Class >= 0),
            Ties: labels.Count(l => l.Class < 0),
            OtherThanMajority: labels.Zip(most.Rows()).Count(l => l.First.Class != l.Second.Class));
        files.Write(record);
        output.Complete(context.Stopping);
        files = new ConsensusFiles(options.Out);
        return new ConsensusSummary(
            "consensus", record.Rows, record.Votes, record.Annotators, record.Classes.Count, record.Method, votes.HeldOut, record.Labelled, record.Ties, record.OtherThanMajority,
            Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 2), files.Labels, files.Annotators, files.Relabel)
        { Notes = notes };

        Task<T> ShowAsync<T>(string what, Func<T> work) => context.Progress.RunAsync(what, 0, "votes", _ => Task.Run(work, context.Stopping));
    }

    /// <summary>[row]: the joined features; null where the pool has none.</summary>
    /// <exception cref="DataException">No row has them.</exception>
    private static async Task<float[]?[]> FeaturesAsync(ShardSet pool, VoteTable table, IReadOnlyList<string> names, List<string> notes, CommandContext context)
    {
        VectorColumn[] columns = [.. names.Select(name => pool.Vector(name))];
        var ids = new LabelSource.Given(table.Ids.ToDictionary(id => id, _ => table.Classes[0], StringComparer.Ordinal));
        var read = await context.Progress.RunAsync("reading rows", pool.CountRows(), "rows", advance =>
            Task.Run(() => LabelledRowReader.Read(pool, columns, ids, advance, context.Stopping, new List<(string, string)>(), visit: null), context.Stopping));
        var found = read.ToDictionary(r => r.Id, r => r.Features, StringComparer.Ordinal);
        if (table.Ids.Count - found.Count is > 0 and var missing)
        {
            notes.Add($"{missing} of {table.Ids.Count} rows are not in the pool or have no usable vector there: the network learns nothing of them");
        }
        return [.. table.Ids.Select(id => found.GetValueOrDefault(id))];
    }
}
