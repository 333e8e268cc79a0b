using System.Text.Json;
using System.Text.RegularExpressions;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Reports;
using ParquetPool.Scorer.Tests.Audits;
using ParquetPool.Scorer.Tests.Neighbours;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Tests.Reports;

public sealed partial class ReportPageTests : IDisposable
{
    private const string Nasty = "</script><img src=x onerror=alert(1)>\"'&\u2028<!--";
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AnAuditLeavesAPageWithItsPairsCountsAndClusters()
    {
        folder.Write("train", "a", [("t0", [0, 0, 0, 1], "cat"), ("t1", [1, 0, 0, 0], "dog")]);
        folder.Write("test", "a", [("q0", [0, 0, 0, 1], "dog"), ("q1", [0, 0, 0.1f, 1], "cat"), ("q2", [0.5f, 1, 0, 0], "dog")]);
        await AuditFolder.RunAsync(folder.Options with { Page = new ReportOptions { Image = "square" }, Pairs = new() { Threshold = 0.4 } }, Stopping);

        var content = Content();

        content.GetProperty("listedPairs").GetInt32().Should().Be(4);
        content.GetProperty("pairs")[0].GetProperty("exact").GetBoolean().Should().BeTrue();
        content.GetProperty("counts")[0].GetRawText().Should().Be("""{"kind":"test-train","what":"test against train","listed":3,"atThreshold":3,"exact":1,"labelsDiffer":1}""");
        content.GetProperty("histogram").GetProperty("testTrain").EnumerateArray().Sum(bin => bin.GetInt32()).Should().Be(3);
        content.GetProperty("clusterCount").GetInt32().Should().Be(2);
        content.GetProperty("conflicts").EnumerateArray().Select(c => c.GetProperty("size").GetInt32()).Should().Equal(3);
        content.GetProperty("picture").GetRawText().Should().Be("""{"channels":1,"height":2,"width":2}""");
        var row = content.GetProperty("rows").EnumerateArray().Single(r => r.GetProperty("id").GetString() == "q2");
        Convert.FromBase64String(row.GetProperty("pixels").GetString()!).Should().Equal(128, 255, 0, 0);
    }

    [Fact]
    public async Task HowManyPairsThePageShowsChangesThePageAlone()
    {
        folder.Write("train", "a", [("t0", [1, 0], "cat"), ("t1", [0, 1], "cow")]);
        folder.Write("test", "a", [.. Enumerable.Range(0, 40).Select(i => ((string?)$"q{i}", (float[])[1, i * 0.1f], (string?)(i % 2 == 0 ? "dog" : "cat")))]);
        string[]? conflicts = null;
        foreach (var pairs in new[] { 0, 1, 7, 500, 100_000 })
        {
            var summary = await AuditFolder.RunAsync(folder.Options with { Page = new ReportOptions { Pairs = pairs } }, Stopping);

            conflicts ??= File.ReadAllLines(Path.Combine(folder.Out, "conflicts.csv"));
            File.ReadAllLines(Path.Combine(folder.Out, "conflicts.csv")).Should().Equal(conflicts);
            Content().GetProperty("pairs").GetArrayLength().Should().Be(Math.Min(pairs, (int)summary.Comparisons.Sum(of => of.Listed)));
            ReportRun.Execute(folder.Out, new ReportOptions { Pairs = 3 });
            File.ReadAllLines(Path.Combine(folder.Out, "conflicts.csv")).Should().Equal(conflicts);
        }
    }

    [Fact]
    public async Task LabelConflictsAreAFileOfTheirOwn()
    {
        folder.Write("train", "a", [("t0", [1, 0], "cat"), ("t1", [0, 1], "cow")]);
        folder.Write("test", "a", [("q0", [1, 0.1f], "dog"), ("q1", [1, 0.2f], null), ("q2", [0.1f, 1], "cow")]);
        var summary = await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Threshold = 0.97, AllPairs = true } }, Stopping);

        summary.LabelConflicts!.Clusters.Should().Be(1);
        TextTable.ReadWithNumbers(Path.Combine(folder.Out, "conflicts.parquet"), "cluster", "id", "split", "label", "other_labels", "listed_pairs", "possible_pairs").Select(row => string.Join(' ', row))
            .Should().Equal("1 q0 test dog cat 3 3", "1 q1 test  cat; dog 3 3", "1 t0 train cat dog 3 3");
        File.ReadAllLines(Path.Combine(folder.Out, "conflicts.csv"))[1].Should().StartWith("1,q0,test,dog,cat,a,0,0.98");

        ReportRun.Execute(folder.Out, new ReportOptions { Threshold = 0.999 });
        File.ReadAllLines(Path.Combine(folder.Out, "conflicts.csv")).Should().ContainSingle("with nearer pairs alone no cluster has two labels");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2x1")]
    public async Task AClustersLeastSimilarityIsThatOfAnyTwoRowsAlsoOfThoseThatAreNotListed(string? image)
    {
        folder.Write("train", "a", [("t", [1, 0], null)]);
        folder.Write("test", "a", [("q0", [1, 0.1f], null), ("q1", [1, 0.22f], null), ("q2", [1, 0.36f], null)]);
        await AuditFolder.RunAsync(folder.Options with { Page = new ReportOptions { Image = image }, Pairs = new() { Threshold = 0.98 } }, Stopping);

        var cluster = Content().GetProperty("clusters").EnumerateArray().Should().ContainSingle().Subject;

        cluster.GetProperty("allCompared").GetBoolean().Should().BeTrue();
        cluster.GetProperty("pairs").GetInt32().Should().BeLessThan(6);
        cluster.GetProperty("leastSimilarity").GetDouble().Should().BeApproximately(1 / Math.Sqrt(1 + (0.36 * 0.36)), 1e-6, "t and q2 are farthest apart");
    }

    [Fact]
    public async Task WhateverStandsInARowIsNoMarkup()
    {
        folder.Write("train", "a", [(Nasty, [1, 0], Nasty)]);
        folder.Write("test", "a", [(Nasty, [1, 0], "b")]);
        await AuditFolder.RunAsync(folder.Options, Stopping);

        Page().Should().NotContain("<img").And.NotContain("onerror=alert(1)>");
        Script().Matches(Page()).Should().HaveCount(2);
        Content().GetProperty("rows")[0].GetProperty("id").GetString().Should().Be(Nasty);
    }

    [Fact]
    public async Task ThePageReachesForNothingOutsideItself()
    {
        folder.Write("train", "a", [("t", [1, 0], null)]);
        folder.Write("test", "a", [("q", [1, 0], null)]);
        await AuditFolder.RunAsync(folder.Options, Stopping);

        Page().Should().NotContain("src=\"").And.NotContain("<link").And.NotContain("@import").And.NotContain("fetch(");
        Regex.Matches(Page(), "https?://").Should().ContainSingle("the name space of SVG");
        Page().Should().Contain("default-src 'none'");
    }

    [Fact]
    public async Task PairsAreBoundedAndTheSameAuditGivesTheSamePage()
    {
        folder.Write("train", "a", [.. Corpora.Random(50, 4, 1).Select((v, i) => ((string?)$"t{i}", v, (string?)null))]);
        folder.Write("test", "a", [.. Corpora.Random(50, 4, 2).Select((v, i) => ((string?)$"q{i}", v, (string?)null))]);
        await AuditFolder.RunAsync(folder.Options with { Page = new ReportOptions { Pairs = 7 } }, Stopping);
        var page = Page();

        Content().GetProperty("pairs").GetArrayLength().Should().Be(7);
        var summary = ReportRun.Execute(folder.Out, new ReportOptions { Pairs = 7 });
        (summary.Shown, summary.Bytes).Should().Be((7, new FileInfo(summary.File).Length));
        Page().Should().Be(page);
        ReportRun.Execute(folder.Out, new ReportOptions { Pairs = 0, Threshold = 2 }).Should().BeEquivalentTo(new { Shown = 0, Clusters = 0, LabelConflicts = 0 });
    }

    [Fact]
    public async Task PictureFilesAreShownAsTheyAreAndOtherColumnsAsText()
    {
        byte[] png = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 1, 2, 3];
        WriteSql("train", $"SELECT 't' AS id, [1, 0]::FLOAT[] AS features, '{Blob(png)}'::BLOB AS thumbnail, 'a text' AS body, 7 AS stars");
        WriteSql("test", $"SELECT 'q' AS id, [1, 0]::FLOAT[] AS features, {{'bytes': '{Blob([0xFF, 0xD8, 0xFF, 9])}'::BLOB, 'path': 'x.jpg'}} AS picture, NULL::VARCHAR AS body, 8 AS stars");
        await AuditFolder.RunAsync(folder.Options with { Vectors = new() { Columns = ["features"] } }, Stopping);

        var rows = Content().GetProperty("rows");

        rows[0].GetProperty("source").GetString().Should().Be($"data:image/jpeg;base64,{Convert.ToBase64String([0xFF, 0xD8, 0xFF, 9])}");
        rows[1].GetProperty("source").GetString().Should().Be($"data:image/png;base64,{Convert.ToBase64String(png)}");
        rows[0].GetProperty("texts").EnumerateArray().Select(t => t.GetString()).Should().Equal("body", null, "stars", "8");
        rows[1].GetProperty("texts").EnumerateArray().Select(t => t.GetString()).Should().Equal("body", "a text", "stars", "7");
    }

    [Fact]
    public async Task APictureOfAnotherSizeIsRefusedBeforeTheSearchAndAShardThatChangedIsNamed()
    {
        folder.Write("train", "a", [("t", [1, 0, 1, 1], null)]);
        folder.Write("test", "a", [("q", [1, 0, 1, 1], null)]);
        var audit = () => AuditFolder.RunAsync(folder.Options with { Page = new ReportOptions { Image = "3x2x2" } }, Stopping);
        await audit.Should().ThrowAsync<UsageException>().WithMessage("--image 3x2x2 is 12 numbers*features has 4*");

        var early = () => ReportRun.Execute(folder.Out, new ReportOptions());
        early.Should().Throw<DataException>().WithMessage("*audit.json is missing*");

        await AuditFolder.RunAsync(folder.Options, Stopping);
        ReportRun.Execute(folder.Out, new ReportOptions { Image = "2x2" });
        Content().GetProperty("rows")[0].GetProperty("pixels").GetString().Should().NotBeNull();
        folder.Write("test", "a", [("q", [1, 0, 1, 1], "longer than before")]);
        var late = () => ReportRun.Execute(folder.Out, new ReportOptions());
        late.Should().Throw<DataException>().WithMessage("*a.parquet has * bytes, the audit read *");
    }

    private string Page() => File.ReadAllText(Path.Combine(folder.Out, "report.html"));

    private JsonElement Content() =>
        JsonDocument.Parse(Json().Match(Page()).Groups[1].Value).RootElement;

    private void WriteSql(string split, string select)
    {
        Directory.CreateDirectory(folder.PathOf(split));
        using var duckDb = new DuckDb();
        duckDb.Execute($"COPY ({select}) TO {Sql.Text(Path.Combine(folder.PathOf(split), "a.parquet"))} (FORMAT parquet)");
    }

    private static string Blob(byte[] bytes) => string.Concat(bytes.Select(b => $"\\x{b:X2}"));

    [GeneratedRegex("""<script type="application/json" id="content">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex Json();

    [GeneratedRegex("</script")]
    private static partial Regex Script();
}
