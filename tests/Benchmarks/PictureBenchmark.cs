using System.Text.RegularExpressions;
using ParquetPool.Collections;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Decoding;
using ParquetPool.Encoders;
using ParquetPool.Engine;
using ParquetPool.Pictures;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Overlaps;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.Benchmarks;

/// <summary>How surely altered copies of photographs are told from other photographs: by hashes, by pixels, by ResNet18, and by what an audit compares of pictures.</summary>
/// <remarks>Every photograph is a row that may be found; every <c>step</c>-th has a copy of each kind, sought among all. The pairs of all copies with all rows are ranked by cosine; those of a copy with its original are right.</remarks>
internal sealed partial class PictureBenchmark : IDisposable
{
    private const double Precise = 0.95;
    private const int ViewSide = 512;
    private const int ViewQuality = 95;
    private const double ViewShare = 0.6;
    private readonly string folder = Directory.CreateTempSubdirectory("pictures-").FullName;
    private readonly List<(string Kind, int Original)> truth = [];
    private readonly PictureOptions options = new([]);
    private readonly PreparedPicture[] prepared;
    private readonly PreparedPicture[] altered;
    private readonly TimeSpan preparing;
    private readonly int width;
    private readonly PoolFacts facts;
    private readonly ShardSet originals;
    private readonly ShardSet copies;

    private PictureBenchmark(string photos, int step, int start = 0, bool isEncoded = true)
    {
        using var encoder = isEncoded ? PictureEncoder.Open(PictureEncoder.BuiltIn) : null;
        (width, facts) = (encoder?.Width ?? 0, PreparedPicture.Facts(options, [], encoder is null ? null : new EncodedColumn(encoder.Name, encoder.Sha256)));
        var files = Directory.GetFiles(photos).Where(file => !Doubled().IsMatch(Path.GetFileName(file))).Order(StringComparer.Ordinal).ToArray();
        var edited = new List<(string, byte[])>();
        for (var i = start; i < files.Length; i += step)
        {
            var picture = PictureDecoder.Decode(File.ReadAllBytes(files[i])).Picture;
            picture = Math.Max(picture.Width, picture.Height) > 1024 ? FittedPicture.Within(picture, 1024, 1024, ResampleFilter.Bilinear) : picture;
            foreach (var (place, kind) in PictureEdits.Kinds.Index())
            {
                edited.Add(($"{kind}/{Path.GetFileName(files[i])}", new PictureEdits(new PhiloxStream(1, (uint)((i * 100) + place))).Alter(picture, kind)));
                truth.Add((kind, i));
            }
        }
        var before = Environment.CpuUsage.TotalTime;
        prepared = Prepare([.. files.Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))], encoder);
        altered = Prepare(edited, encoder);
        preparing = Environment.CpuUsage.TotalTime - before;
        (originals, copies) = (Write("originals", prepared), Write("copies", altered));
    }

    /// <param name="photos">A folder of photographs.</param>
    /// <param name="start">The first photograph that has copies.</param>
    public static void Run(string photos, int step, int start)
    {
        using var benchmark = new PictureBenchmark(photos, step, start);
        using var encoded = Embedder.OfColumn(benchmark.originals.Vector(EncodedColumn.OfPictures));
        var picture = PictureColumn.Find(null, null, [], benchmark.originals)!;
        using var pixels = new PixelEmbedder(benchmark.originals.Vector(picture.Name), PictureFormat.Parse(picture.Format)!);
        using var compared = PictureComparison.Open(new AuditOptions([], [], ""), [benchmark.originals], default)!;
        using var unencoded = PictureComparison.Open(new AuditOptions([], [], ""), [benchmark.Write("unencoded", benchmark.prepared, encoded: false)], default)!;
        Console.WriteLine($"{benchmark.originals.CountRows()} rows, {benchmark.truth.Count} copies");
        Console.WriteLine($"| compared by | at rank 1 | average precision | recall at precision {Precise} | {string.Join(" | ", PictureEdits.Kinds)} |");
        Console.WriteLine($"| --- | --- | --- | --- | {string.Join(" | ", PictureEdits.Kinds.Select(_ => "---"))} |");
        benchmark.Measure("hash of 64 bits", Vectors(benchmark.originals, pixels, Hash), Vectors(benchmark.copies, pixels, Hash));
        benchmark.Measure("averaged pixels", Vectors(benchmark.originals, pixels), Vectors(benchmark.copies, pixels));
        benchmark.Measure("resnet18", Vectors(benchmark.originals, encoded), Vectors(benchmark.copies, encoded));
        foreach (var (name, by) in new[] { ("an audit", compared), ("averaged pixels", pixels), ("an audit without an encoder", unencoded) })
        {
            var rows = Vectors(benchmark.originals, by);
            var cosines = Cosines(rows, Vectors(benchmark.copies, by));
            benchmark.Measure($"{name}, --overlap 0", cosines);
            benchmark.Measure(name, benchmark.Overlaid(cosines, Cosines(rows, rows)));
        }
    }

    /// <summary>The cosines, raised where the pictures of a copy and of a row near to it fit; says what that cost.</summary>
    /// <param name="own">[row][row]: by which the scale of overlaps is told.</param>
    private double[][] Overlaid(double[][] cosines, double[][] own)
    {
        using var file = new GreyFile(folder);
        foreach (var (row, picture) in prepared.Concat(altered).Index())
        {
            file.Add(row, picture.Small);
        }
        List<(int Row, double Overlap)> Near(int place, double[] of) =>
            [.. Enumerable.Range(0, of.Length).Where(row => row != place).OrderByDescending(row => of[row]).Take(PairOptions.DefaultOverlap).Select(row => (row, OverlapSearch.Of(file.Of(place)!, file.Of(row)!).Similarity))];
        var scale = OverlapScale.Of(own.AsParallel().AsOrdered().Select((of, row) => (IReadOnlyList<(double, double)>)[.. Near(row, of).Select(near => (of[near.Row], near.Overlap))]));
        var before = Environment.CpuUsage.TotalTime;
        double[][] raised = [.. cosines.AsParallel().AsOrdered().Select((of, copy) =>
        {
            var similarities = of.ToArray();
            foreach (var (row, overlap) in Near(prepared.Length + copy, of).Where(near => near.Overlap > 0))
            {
                similarities[row] = Math.Max(of[row], scale.CosineOf(overlap));
            }
            return similarities;
        })];
        Console.WriteLine($"(overlaps with {PairOptions.DefaultOverlap} rows: {(Environment.CpuUsage.TotalTime - before).TotalMilliseconds / cosines.Length:N1} ms of processor time a picture; to decode and encode it: {preparing.TotalMilliseconds / (prepared.Length + altered.Length):N1} ms; an overlap of 0.5 counts as cosine {scale.CosineOf(0.5):N3})");
        return raised;
    }

    /// <summary>What it brings to compare views of a row with a copy, or a copy's with a row, and to count the most similar: three quarter turns, and the middle and the corners, 60 % of each side.</summary>
    /// <param name="photos">A folder of photographs.</param>
    public static void Views(string photos, int step)
    {
        using var benchmark = new PictureBenchmark(photos, step);
        using var compared = PictureComparison.Open(new AuditOptions([], [], ""), [benchmark.originals], default)!;
        var (rows, sought) = (Vectors(benchmark.originals, compared), Vectors(benchmark.copies, compared));
        List<List<float[]>> Of(string name, PreparedPicture[] pictures, IEnumerable<Func<Picture, Picture>> views) => [.. views.Select((view, i) => Vectors(benchmark.Viewed($"{name}-{i}", pictures, view), compared))];
        Func<Picture, Picture>[] turned = [.. Enumerable.Range(1, 3).Select(quarters => (Func<Picture, Picture>)(picture => Enumerable.Range(0, quarters).Aggregate(picture, (before, _) => EditedPixels.Turned(before))))];
        Func<Picture, Picture>[] cropped = [.. new[] { (0.5, 0.5), (0, 0), (0, 1), (1, 0), (1, 1) }.Select(at => (Func<Picture, Picture>)(picture => EditedPixels.Part(picture, ViewShare, at.Item1, at.Item2)))];
        var (turns, crops, parts) = (Of("turns", benchmark.prepared, turned), Of("crops", benchmark.prepared, cropped), Of("parts", benchmark.altered, cropped));
        var whole = Cosines(rows, sought);
        List<double[][]> ofTurns = [.. turns.Select(view => Cosines(view, sought))], ofCrops = [.. crops.Select(view => Cosines(view, sought))], ofParts = [.. parts.Select(view => Cosines(rows, view))];
        foreach (var (name, views) in new (string, List<double[][]>)[] { ("whole pictures", []), ("turns", ofTurns), ("crops of rows", ofCrops), ("turns, crops of rows", [.. ofTurns, .. ofCrops]), ("turns, crops of both", [.. ofTurns, .. ofCrops, .. ofParts]) })
        {
            foreach (var worth in views.Count == 0 ? [1.0] : new[] { 1, 0.9, 0.8, 0.7, 0.6, 0.5 })
            {
                benchmark.Measure($"{name}{(views.Count > 0 ? $", times {worth}" : "")}", [.. whole.Select((cosines, copy) => cosines.Select((cosine, row) => views.Aggregate(cosine, (best, view) => Math.Max(best, worth * view[copy][row]))).ToArray())]);
            }
        }
    }

    /// <summary>Whether an audit's estimate of its own precision is true: half of the photographs are the training split; the other half and one copy of each of the first, of any kind or of several at once, are the test split.</summary>
    /// <param name="photos">A folder of photographs.</param>
    public static async Task CalibrateAsync(string photos, bool isEncoded, IEnumerable<ulong> seeds, CommandContext context)
    {
        using var benchmark = new PictureBenchmark(photos, 1, isEncoded: isEncoded);
        Console.WriteLine("| copies | seed | cosine | pairs | estimated (95 %) | got | recall |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (kind, seed) in from kind in new[] { "any", PictureEdits.Mixed } from seed in seeds select (kind, seed))
        {
            var random = new PhiloxStream(seed, 0);
            int[] order = [.. Enumerable.Range(0, benchmark.prepared.Length).OrderBy(_ => random.Uniform())];
            var (first, others) = (order[..(order.Length / 2)], order[(order.Length / 2)..]);
            int[] copied = [.. first.Select(original => (original * PictureEdits.Kinds.Count) + (kind == PictureEdits.Mixed ? PictureEdits.Kinds.Count - 1 : random.Below(PictureEdits.Kinds.Count)))];
            var (train, test) = (benchmark.Write("train", first.Select(i => benchmark.prepared[i])), benchmark.Write("test", [.. others.Select(i => benchmark.prepared[i]), .. copied.Select(i => benchmark.altered[i])]));
            var audit = new AuditOptions([train[0].Path], [test[0].Path], Path.Combine(benchmark.folder, "audit")) { Pairs = new() { Precision = CalibrationResult.DefaultPrecision }, Page = new() { Pairs = 0 } };
            var cut = (await AuditRun.ExecuteAsync(audit, context)).Calibration!.First(of => of.Kind == "test-train");
            var listed = TextTable.Read(Path.Combine(audit.Out, "pairs.csv"), "kind", "test_id", "train_id").Where(pair => pair[0] == "test-train").ToList();
            var right = listed.Count(pair => pair[1]!.Split('/') is [_, var of] && of == pair[2]);
            Console.WriteLine(cut.Similarity is null ? $"| {kind} | {seed} | none | | {cut.Lack} | | |"
                : $"| {kind} | {seed} | {cut.Similarity:F3} | {listed.Count} | {cut.Precision:F2} ({cut.Interval!.Low:F2} to {cut.Interval.High:F2}) | {right / (double)listed.Count:F2} | {right / (double)copied.Length:F2} |");
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Series of one scene, and pairs that are nearly one picture, of which one stays: what is found there is right and not planted.</summary>
    [GeneratedRegex(@"^(left(?!01)\d\d\.|right\d\d\.|right\.|symbols-alphabets-asl-(?!asl_a)|.*_mirror|rubberwhale2|Blender_Suzanne2|basketball2|motorcycle_right|aloeR|opencv-logo-white|.*-l\.webp|graf3|aero3|leuvenB|ela_modified|animals-mammals-bovines-gnu-baby\.|chessboard_|people-fireman240a|seasonal-hanukkah-dreydl-)")]
    private static partial Regex Doubled();

    private PreparedPicture[] Prepare(List<(string Id, byte[] File)> files, PictureEncoder? encoder)
    {
        var rows = new PreparedPicture[files.Count];
        Parallel.For(0, rows.Length, i => rows[i] = PreparedPicture.Of(FoundPicture.Held(files[i].Id, files[i].Id, null, files[i].File), null, options, encoder));
        return rows;
    }

    /// <summary>Pictures altered, as rows.</summary>
    private ShardSet Viewed(string name, PreparedPicture[] pictures, Func<Picture, Picture> view)
    {
        using var encoder = PictureEncoder.Open(PictureEncoder.BuiltIn);
        byte[] Altered(PreparedPicture row) => EditedPixels.Jpeg(view(FittedPicture.Within(PictureDecoder.Decode(row.Source.Read(), ViewSide).Picture, ViewSide, ViewSide, ResampleFilter.Bilinear)), ViewQuality);
        return Write(name, Prepare([.. pictures.AsParallel().AsOrdered().Select((row, i) => ($"{i}", Altered(row)))], encoder));
    }

    private ShardSet Write(string name, IEnumerable<PreparedPicture> rows, bool encoded = true)
    {
        var path = Path.Combine(folder, name + ".parquet");
        using (var writer = new ShardWriter(path, PreparedPicture.Columns(options, encoded ? width : 0), (encoded ? facts : PreparedPicture.Facts(options, [], null)).In(new Provenance("benchmark"))))
        {
            foreach (var row in rows)
            {
                writer.Write(1, [.. row.Values(name).Where(value => encoded || value != row.Embedding)]);
            }
            writer.Complete();
        }
        return ShardSet.Resolve([path]);
    }

    /// <summary>[row], at length 1.</summary>
    private static List<float[]> Vectors(ShardSet shards, Embedder embedder, Func<float[], float[]>? change = null)
    {
        var (vectors, schema) = (new List<float[]>(), new RowSchema(embedder.Columns));
        var batch = new RowBatch(schema, Embedder.BatchRows);
        using var run = embedder.NewRun();
        using var reader = new ShardReader(shards[0], schema);
        while (reader.Read(batch, default))
        {
            run.Embed(batch);
            for (var row = 0; row < batch.Count; row++)
            {
                var unit = new float[embedder.Width];
                WhitenedEmbedder.TryNormalise(run.VectorsOf(batch).Slice(row * embedder.Width, embedder.Width), unit);
                vectors.Add(change?.Invoke(unit) ?? unit);
            }
        }
        return vectors;
    }

    /// <summary>The signs of the differences between neighbours in lines of 8 grey means.</summary>
    private static float[] Hash(float[] pixels)
    {
        const int Side = 16;
        double Grey(int y, double x) => Enumerable.Range(0, 3).Sum(channel => pixels[(channel * Side * Side) + (2 * y * Side) + (int)x] + pixels[(channel * Side * Side) + (((2 * y) + 1) * Side) + (int)x]);
        return [.. from y in Enumerable.Range(0, 8) from x in Enumerable.Range(0, 8) select Grey(y, (x + 1) * 15 / 8.0) > Grey(y, x * 15 / 8.0) ? 0.125f : -0.125f];
    }

    private void Measure(string name, List<float[]> rows, List<float[]> sought) => Measure(name, Cosines(rows, sought));

    /// <summary>[copy][row]</summary>
    private static double[][] Cosines(List<float[]> rows, List<float[]> sought) => [.. sought.AsParallel().AsOrdered().Select(vector => rows.Select(row => (double)Cosine.Dot(vector, row)).ToArray())];

    /// <param name="sought">[copy][row]: cosines.</param>
    private void Measure(string name, double[][] sought)
    {
        var pairs = new List<(double Cosine, bool IsRight)>();
        var first = new bool[sought.Length];
        foreach (var (copy, cosines) in sought.Index())
        {
            first[copy] = Array.IndexOf(cosines, cosines.Max()) == truth[copy].Original;
            pairs.AddRange(cosines.Select((cosine, row) => (cosine, row == truth[copy].Original)));
        }
        pairs.Sort((a, b) => b.Cosine != a.Cosine ? b.Cosine.CompareTo(a.Cosine) : a.IsRight.CompareTo(b.IsRight));
        var (right, sum, recall) = (0, 0.0, 0.0);
        for (var i = 0; i < pairs.Count; i++)
        {
            right += pairs[i].IsRight ? 1 : 0;
            var precision = right / (i + 1.0);
            sum += pairs[i].IsRight ? precision : 0;
            recall = precision >= Precise ? right / (double)sought.Length : recall;
        }
        var kinds = PictureEdits.Kinds.Select(kind => truth.Index().Where(of => of.Item.Kind == kind).Average(of => first[of.Index] ? 1.0 : 0));
        Console.WriteLine($"| {name} | {first.Average(found => found ? 1.0 : 0):N3} | {sum / sought.Length:N3} | {recall:N3} | {string.Join(" | ", kinds.Select(k => $"{k:N2}"))} |");
    }
}
