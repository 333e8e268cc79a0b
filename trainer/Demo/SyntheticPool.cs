using System.Globalization;
using System.Text.RegularExpressions;
using ParquetPool.Columns;
using ParquetPool.Errors;
using ParquetPool.Randomness;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Trainer.Demo;

/// <summary>Makes a small multimodal pool: posts with a picture's and a text's embedding, unbalanced classes, planted near-duplicates.</summary>
/// <remarks>
/// A class is three topics, points of a latent space of <see cref="Latent"/> dimensions; a post is a topic plus noise; each embedding is a fixed
/// random projection of it, squashed by tanh, plus noise of its own, so that classes overlap and neither embedding tells all. Class k has a
/// share proportional to 1 / (k + 1). A share of the rows lacks its text. Of the test rows, <c>duplicates</c> are train rows whose embeddings were
/// scaled by up to 3 % and given noise of 1 % to 60 % of a number's usual size: which, and how much, goes to the truth file only.
/// </remarks>
internal sealed partial class SyntheticPool(ulong seed, PoolShape shape)
{
    private const int Latent = 24;
    private const int TopicsPerClass = 3;
    private const double TopicSpread = 1.0;
    private const double PostSpread = 0.9;
    private const double EmbeddingNoise = 0.25;
    private const double LeastAlteration = 0.01;
    private const double MostAlteration = 0.60;

    private readonly ShardColumn[] columns =
    [
        new("id", ShardType.Text), new("image", ShardType.FloatList, shape.ImageWidth), new("text", ShardType.FloatList, shape.TextWidth, Optional: shape.MissingText > 0),
        new("label", ShardType.Text), new("split", ShardType.Text),
    ];

    private readonly double[] topics = Normals(seed, 1, shape.Classes * TopicsPerClass * Latent, TopicSpread);
    private readonly double[] imageProjection = Normals(seed, 2, shape.ImageWidth * Latent, 1 / Math.Sqrt(Latent));
    private readonly double[] textProjection = Normals(seed, 3, shape.TextWidth * Latent, 1 / Math.Sqrt(Latent));

    /// <summary>A planted pair and how strongly the copy was altered, as a share of a number's usual size.</summary>
    public sealed record Planted(string TestId, string TrainId, double Alteration);

    /// <summary>Writes the splits' shards, named <c>train-00000.parquet</c>, ..., <c>test-00000.parquet</c>, ..., into <paramref name="folder"/>.</summary>
    /// <remarks>Both splits are in memory.</remarks>
    /// <returns>The planted pairs, by test row.</returns>
    public IReadOnlyList<Planted> Write(string folder, int trainRows, int testRows, int duplicates, int shardRows)
    {
        Post[] train = [.. Train(trainRows)];
        Post[] test = [.. Test(testRows)];
        var planted = Plant(train, test, duplicates);
        using var alone = FolderHold.Take(folder);
        var written = Claim(folder, trainRows, testRows, shardRows);
        WriteSplit(folder, "train", train, shardRows, _ => { });
        WriteSplit(folder, "test", test, shardRows, _ => { });
        written.Complete();
        return planted;
    }

    /// <summary>The same without planted pairs, shard by shard.</summary>
    /// <param name="advance">Told how many rows were written since the last call.</param>
    public void Write(string folder, int trainRows, int testRows, int shardRows, Action<long> advance)
    {
        using var alone = FolderHold.Take(folder);
        var written = Claim(folder, trainRows, testRows, shardRows);
        WriteSplit(folder, "train", Train(trainRows), shardRows, advance);
        WriteSplit(folder, "test", Test(testRows), shardRows, advance);
        written.Complete();
    }

    /// <summary>Claims the shards' names; shards that a larger pool left there go.</summary>
    private static WrittenFiles Claim(string folder, int trainRows, int testRows, int shardRows)
    {
        HashSet<string> names = [.. NamesOf("train", trainRows, shardRows), .. NamesOf("test", testRows, shardRows)];
        var written = WrittenFiles.Claim(folder, names);
        foreach (var old in Directory.EnumerateFiles(folder, "*.parquet").Where(file => Path.GetFileName(file) is var name && OwnName().IsMatch(name) && written.Owns(name) && !names.Contains(name)).ToList())
        {
            File.Delete(old);
        }
        return written;
    }

    [GeneratedRegex("^(train|test)-[0-9]{5,}[.]parquet$")]
    private static partial Regex OwnName();

    private static IEnumerable<string> NamesOf(string split, int rows, int shardRows) => Enumerable.Range(0, (rows + shardRows - 1) / shardRows).Select(shard => NameOf(split, shard));

    private static string NameOf(string split, int shard) => string.Create(CultureInfo.InvariantCulture, $"{split}-{shard:D5}.parquet");

    private IEnumerable<Post> Train(int rows) => Rows(4, 7, rows);

    private IEnumerable<Post> Test(int rows) => Rows(5, 8, rows);

    /// <summary>The class names, the most frequent first.</summary>
    public static string ClassName(int k) => $"topic-{k.ToString("00", CultureInfo.InvariantCulture)}";

    private IEnumerable<Post> Rows(uint stream, uint missingStream, int count)
    {
        var random = new PhiloxStream(seed, Purpose.MadePool, stream);
        var missing = new PhiloxStream(seed, Purpose.MadePool, missingStream);
        for (var i = 0; i < count; i++)
        {
            var k = DrawClass(random);
            var topic = (k * TopicsPerClass + random.Below(TopicsPerClass)) * Latent;
            var latent = Enumerable.Range(0, Latent).Select(d => topics[topic + d] + PostSpread * random.Normal()).ToArray();
            var post = new Post(k, Embed(latent, imageProjection, shape.ImageWidth, random), Embed(latent, textProjection, shape.TextWidth, random));
            if (missing.Uniform() < shape.MissingText)
            {
                Array.Fill(post.Text, float.NaN);
            }
            yield return post;
        }
    }

    /// <summary>Replaces test rows, spread evenly over the split, by altered copies of train rows.</summary>
    private List<Planted> Plant(Post[] train, Post[] test, int duplicates)
    {
        var random = new PhiloxStream(seed, Purpose.MadePool, 6);
        var planted = new List<Planted>();
        for (var i = 0; i < duplicates; i++)
        {
            var at = (int)((long)i * test.Length / duplicates);
            var source = random.Below(train.Length);
            var alteration = LeastAlteration + (MostAlteration - LeastAlteration) * random.Uniform();
            test[at] = new Post(train[source].Class, Alter(train[source].Image, alteration, random), Alter(train[source].Text, alteration, random));
            planted.Add(new Planted(Id("test", at), Id("train", source), alteration));
        }
        return planted;
    }

    private int DrawClass(PhiloxStream random)
    {
        var left = random.Uniform() * Enumerable.Range(1, shape.Classes).Sum(k => 1.0 / k);
        var k = 0;
        while (k < shape.Classes - 1 && (left -= 1.0 / (k + 1)) > 0)
        {
            k++;
        }
        return k;
    }

    private static float[] Embed(double[] latent, double[] projection, int width, PhiloxStream random)
    {
        var embedding = new float[width];
        for (var i = 0; i < width; i++)
        {
            double sum = 0;
            for (var d = 0; d < Latent; d++)
            {
                sum += projection[i * Latent + d] * latent[d];
            }
            embedding[i] = (float)(Math.Tanh(sum) + EmbeddingNoise * random.Normal());
        }
        return embedding;
    }

    private static float[] Alter(float[] embedding, double alteration, PhiloxStream random)
    {
        var scale = 1 + 0.03 * (2 * random.Uniform() - 1);
        var size = Math.Sqrt(embedding.Average(v => (double)v * v));
        return Array.ConvertAll(embedding, v => (float)(v * scale + alteration * size * random.Normal()));
    }

    private void WriteSplit(string folder, string split, IEnumerable<Post> rows, int shardRows, Action<long> advance)
    {
        foreach (var (shard, part) in rows.Chunk(shardRows).Index())
        {
            var first = shard * shardRows;
            using var writer = new ShardWriter(Path.Combine(folder, NameOf(split, shard)), columns, new Provenance("trainer synthesize"));
            writer.Write(
                part.Length,
                part.Select((_, i) => Id(split, first + i)).ToArray(),
                part.SelectMany(r => r.Image).ToArray(),
                part.SelectMany(r => r.Text).ToArray(),
                part.Select(r => ClassName(r.Class)).ToArray(),
                part.Select(_ => split).ToArray());
            writer.Complete();
            advance(part.Length);
        }
    }

    private static string Id(string split, int index) => string.Create(CultureInfo.InvariantCulture, $"{split}-{index}");

    private static double[] Normals(ulong seed, uint stream, int count, double scale)
    {
        var random = new PhiloxStream(seed, Purpose.MadePool, stream);
        return [.. Enumerable.Range(0, count).Select(_ => scale * random.Normal())];
    }

    private sealed record Post(int Class, float[] Image, float[] Text);
}

/// <summary>What a made pool is like.</summary>
/// <param name="ImageWidth">Numbers of a picture's embedding.</param>
/// <param name="TextWidth">Numbers of a text's embedding.</param>
/// <param name="MissingText">The share of rows whose text is NULL.</param>
internal sealed record PoolShape(int Classes, int ImageWidth, int TextWidth, double MissingText)
{
    internal static readonly OptionRanges<PoolShape> Ranges = new()
    {
        { "--classes", shape => shape.Classes, OptionRange.AtLeast(2) },
        { "--image-width", shape => shape.ImageWidth, OptionRange.AtLeast(1) },
        { "--text-width", shape => shape.TextWidth, OptionRange.AtLeast(1) },
        { "--missing-text", shape => shape.MissingText, OptionRange.ShareBelowOne },
    };
}
