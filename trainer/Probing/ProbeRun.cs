using System.Globalization;
using System.Text;
using System.Text.Json;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Trainer.Probing;

/// <summary>The flow of <c>trainer probe</c>: one row is learnt by networks of several depths, and others show what they make of it (Zhang et al. 2020).</summary>
/// <remarks>Memory: the probed rows and a network at a time.</remarks>
internal static class ProbeRun
{
    private const string Record = "probe.json";
    private const string Page = "report.html";
    private const int UsualUnits = 256;
    private const int UsualChannels = 16;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <exception cref="UsageException">The options contradict each other or the pool.</exception>
    /// <exception cref="DataException">Shards are not what they must be.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<ProbeSummary> ExecuteAsync(ProbeOptions options, CommandContext context)
    {
        var began = context.Clock.GetTimestamp();
        options.Check();
        var pool = ShardSet.Resolve(options.Pool);
        var columns = TrainColumns.Of(pool, options.Features, optional: false);
        var (width, image) = (columns.Sum(column => column.Width), options.Image ?? RememberedImport.Of(pool, columns));
        var (network, units) = (options.Network.ToString().ToLowerInvariant(), options.Units ?? (options.Network == ProbeNetwork.Cnn ? UsualChannels : UsualUnits));
        Require(options, image, width);
        var data = await context.Progress.RunAsync("reading", pool.CountRows(), "rows", advance => Task.Run(() => ProbeData.Read(pool, columns, options, advance, context.Stopping), context.Stopping));
        if (options.Network == ProbeNetwork.Cnn && image!.ChannelsLast)
        {
            data = data with { Learnt = image.ChannelsFirst(data.Learnt), Others = [.. data.Others.Select(image.ChannelsFirst)] };
            image = image with { ChannelsLast = false };
        }
        var written = WrittenFiles.Claim(options.Out, [Page, Record], _ => File.Exists(Path.Combine(options.Out, Record)));
        File.Delete(Path.Combine(options.Out, Record));
        var measured = await context.Progress.RunAsync("learning one row", options.Depths.Distinct().Count(), "networks", advance => Task.Run(() => options.Depths.Distinct().Order().Select(depth =>
        {
            using var probed = new ProbedNetwork(options.Network, depth, width, image, units, options.Seed);
            var found = Measure(probed, depth, data, options.Steps, context.Stopping);
            advance(1);
            return found;
        }).ToList(), context.Stopping));
        ProbedDepth[] depths = [.. measured.Select(each => each.Found)];
        var record = new ProbeRecord(network, units, data.Id, data.Others.Count, Mean(data.Others.Select(other => ProbedNetwork.Correlation(other, data.Learnt))), depths, TrendOf(depths));
        WholeFile.Write(Path.Combine(options.Out, Page), file => file.Write(Encoding.UTF8.GetBytes(ProbePage.Of(record, data, [.. measured.Select(each => each.Given)], image))));
        WholeFile.Write(Path.Combine(options.Out, Record), RecordSeal.Close(JsonSerializer.SerializeToUtf8Bytes(record, Json)));
        written.Complete(Record);
        return new ProbeSummary("probe", network, data.Id, data.Others.Count, depths, record.Trend, Math.Round(context.Clock.GetElapsedTime(began).TotalSeconds, 1), Path.Combine(options.Out, Page));
    }

    /// <summary>What more layers do, by the deepest and the shallowest network.</summary>
    internal static string TrendOf(IReadOnlyList<ProbedDepth> depths)
    {
        if (depths is not [var first, .., var last])
        {
            return "one depth tells no trend";
        }
        return string.Create(CultureInfo.InvariantCulture, $"from {first.Depth} to {last.Depth} layers the correlation with what was given {(last.Identity < first.Identity ? "falls" : "rises")} from {first.Identity:F2} to {last.Identity:F2}, that with the learnt row {(last.Constant < first.Constant ? "falls" : "rises")} from {first.Constant:F2} to {last.Constant:F2}");
    }

    /// <returns>What was found, and what the network gives: for the learnt row, the others and noise, [row][number].</returns>
    private static (ProbedDepth Found, float[][] Given) Measure(ProbedNetwork network, int depth, ProbeData data, int most, CancellationToken stopping)
    {
        var (steps, rate, missed) = network.Learn(data.Learnt, most, stopping);
        var given = network.Give([data.Learnt, .. data.Others, data.Noise]);
        var share = missed / data.Learnt.Average(value => (double)value * value);
        var identity = Mean(data.Others.Select((other, row) => ProbedNetwork.Correlation(given[row + 1], other)));
        var constant = Mean(data.Others.Select((_, row) => ProbedNetwork.Correlation(given[row + 1], data.Learnt)));
        return (new ProbedDepth(depth, network.Parameters, steps, rate, share, identity, constant, Known(ProbedNetwork.Correlation(given[^1], data.Noise)), ProbedDepth.Told(share, identity, constant)), given);
    }

    /// <summary>The mean of correlations, those left out that are none.</summary>
    private static double Mean(IEnumerable<double> correlations) => correlations.Where(double.IsFinite).DefaultIfEmpty(0).Average();

    private static double Known(double correlation) => double.IsFinite(correlation) ? correlation : 0;

    private static void Require(ProbeOptions options, PictureFormat? image, int width)
    {
        if (options.Network == ProbeNetwork.Cnn && image is null)
        {
            throw new UsageException("--network cnn takes pictures, and the pool does not remember that its rows are some: say their shape with --image, such as 28x28, or take mlp");
        }
        if (image is not null && image.Numbers != width)
        {
            throw new UsageException($"--image {image} has {image.Numbers} numbers, the rows have {width}: give the shape of the feature column, or name the column with --features");
        }
    }
}
