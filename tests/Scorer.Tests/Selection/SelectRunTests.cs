using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Selection;

namespace ParquetPool.Scorer.Tests.Selection;

public sealed class SelectRunTests : IDisposable
{
    private readonly SelectFolder folder = new();

    public static TheoryData<string> Strategies => [.. ResidentQuery.Strategies];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task NoIdStandsTwiceAndTheSeedAloneDecides(string strategy)
    {
        await folder.ScoreAsync();
        await folder.ScoreAsync("dealt", shardOf: i => (i * 7 + 1) % 3);

        var query = await SelectFolder.SelectAsync(folder.Options(strategy, 40) with { Seed = 5, Explore = 0.2 });
        var again = await SelectFolder.SelectAsync(folder.Options(strategy, 40, output: "again") with { Seed = 5, Explore = 0.2 });
        var dealt = await SelectFolder.SelectAsync(folder.Options(strategy, 40, scores: "dealt", output: "other") with { Seed = 5, Explore = 0.2 });

        query.Should().HaveCount(40);
        query.Select(r => r["id"]).Should().OnlyHaveUniqueItems();
        query.Select(r => r["order"]).Should().Equal(Enumerable.Range(1, 40).Select(i => i.ToString(CultureInfo.InvariantCulture)));
        query.Select(r => r["reason"]).Should().Equal(Enumerable.Repeat("strategy", 32).Concat(Enumerable.Repeat("explore", 8)));
        again.Select(r => r["id"]).Should().Equal(query.Select(r => r["id"]));
        dealt.Select(r => r["id"]).Should().Equal(query.Select(r => r["id"]), "the order of the shards must not matter");
        File.ReadAllBytes(folder.File("query/selected.parquet")).Should().Equal(File.ReadAllBytes(folder.File("again/selected.parquet")));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task QuotasHoldAndExcludedRowsStayOut(string strategy)
    {
        await folder.ScoreAsync();
        var first = (await SelectFolder.SelectAsync(folder.Options(strategy, 30))).Select(r => r["id"]).ToList();
        await File.WriteAllLinesAsync(folder.File("labels.csv"), first.Select(id => $"{id},1").Prepend("id,label"), TestContext.Current.CancellationToken);

        var query = await SelectFolder.SelectAsync(folder.Options(strategy, 20, output: "next") with { Exclude = [folder.File("labels.csv")], PerClassMax = 8, Explore = 0.1 });

        query.Should().HaveCount(20);
        query.Select(r => r["id"]).Should().NotIntersectWith(first);
        query.GroupBy(r => r["predicted"]).Should().OnlyContain(g => g.Count() <= 8);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task APoolCanBeSelectedWhole(string strategy)
    {
        await folder.ScoreAsync();

        (await SelectFolder.SelectAsync(folder.Options(strategy, SelectFolder.Rows))).Select(r => r["id"]).Order(StringComparer.Ordinal).Should().Equal(Enumerable.Range(0, SelectFolder.Rows).Select(SelectFolder.Id));
    }

    [Fact]
    public async Task WhatIsToBeTaughtAboutIsNamedForEpigAndForNoOther()
    {
        await folder.ScoreAsync();
        var options = folder.Options("epig", 5);

        (await SelectFolder.SelectAsync(options)).Select(Value).Should().OnlyContain(value => value > 0);
        File.ReadAllText(folder.File("query/select.json")).Should().Contain("targets.parquet");
        await FluentActions.Awaiting(() => SelectFolder.SelectAsync(options with { Targets = [] })).Should().ThrowAsync<UsageException>().WithMessage("--strategy epig*--targets*");
        await FluentActions.Awaiting(() => SelectFolder.SelectAsync(options with { Strategy = "top" })).Should().ThrowAsync<UsageException>().WithMessage("--targets goes with --strategy epig*");
    }

    /// <summary>The rows of the highest values tell much the same: what they tell is how often a row is drawn.</summary>
    [Fact]
    public async Task EpigDrawsRowsByTheirValue()
    {
        await folder.ScoreAsync();

        double[] values = [.. (await SelectFolder.SelectAsync(folder.Options("epig", SelectFolder.Rows))).Select(Value)];

        var half = values.Length / 2;
        values[..half].Average().Should().BeGreaterThan(values[half..].Average());
        values.Should().NotBeInDescendingOrder();
    }

    private static double Value(IReadOnlyDictionary<string, string> row) => double.Parse(row["value"], System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task TopIsTheRankedOrder()
    {
        await folder.ScoreAsync();

        var query = await SelectFolder.SelectAsync(folder.Options("top", 50) with { Candidates = 60 });

        query.Select(r => r["id"]).Should().Equal(SelectFolder.Csv(folder.File("scored/ranked.csv")).Take(50).Select(r => r["id"]));
    }

    [Fact]
    public async Task LowMarginsComeFirst()
    {
        await folder.ScoreAsync();

        var margins = (await SelectFolder.SelectAsync(folder.Options("top", 50) with { By = "margin" })).Select(r => double.Parse(r["score"], CultureInfo.InvariantCulture)).ToList();

        margins.Should().BeInAscendingOrder();
        margins[0].Should().BeLessThan(0.1);
    }

    [Fact]
    public async Task AskingForWhatThereIsNotIsAClearAnswer()
    {
        await folder.ScoreAsync();

        await Selecting(folder.Options("top", 100) with { Candidates = 50 }).Should().ThrowAsync<UsageException>().WithMessage("--candidates 50 is less than --top 100*");
        await Selecting(folder.Options("best", 100)).Should().ThrowAsync<UsageException>().WithMessage("--strategy 'best' is no strategy, expected one of top, *");
        await Selecting(folder.Options("top", 100) with { By = "fame" }).Should().ThrowAsync<UsageException>().WithMessage("--by 'fame' is no score of this run of 20 passes*");
        await Selecting(folder.Options("power", 100) with { By = "margin" }).Should().ThrowAsync<UsageException>().WithMessage("--by margin asks about low scores first*");
        await Selecting(folder.Options("top", 100, scores: "nothing")).Should().ThrowAsync<DataException>().WithMessage("*run.json is missing*score the pool again");
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task NoRowIsSentThatDoublesASelectedOrLabelledRow(string strategy)
    {
        await folder.ScoreAsync(copies: 4);
        string[] labelled = [SelectFolder.Id(0), SelectFolder.Id(401)];
        await File.WriteAllLinesAsync(folder.File("labels.csv"), labelled.Select(id => $"{id},1").Prepend("id,label"), TestContext.Current.CancellationToken);

        var query = await SelectFolder.SelectAsync(folder.Options(strategy, 60) with { NoNearDuplicates = 0.9999, Explore = 0.1, Exclude = [folder.File("labels.csv")] });

        static int Original(string id) => int.Parse(id.AsSpan(4), CultureInfo.InvariantCulture) / 4;
        query.Select(r => Original(r["id"])).Concat(labelled.Select(Original)).Should().OnlyHaveUniqueItems();
        var held = SelectFolder.Csv(folder.File("query/held-back.csv"));
        held.Should().HaveCount((60 + 2) * 3, "all copies are looked at, and each but one is held back");
        held.Select(h => Original(h["id"])).Should().Equal(held.Select(h => Original(h["doubles"])));
        held.Should().OnlyContain(h => h["similarity"] == "1");
        held.Where(h => h["reason"] == "doubles a labelled row").Select(h => h["doubles"]).Distinct().Should().BeEquivalentTo(labelled);
        held.Select(h => h["id"]).Should().OnlyHaveUniqueItems().And.BeInAscendingOrder(StringComparer.Ordinal);
    }

    [Fact]
    public async Task APoolScoredWithoutACommitteeIsSelectedFromByWhatItHas()
    {
        await folder.ScoreAsync(passes: 0);

        (await SelectFolder.SelectAsync(folder.Options("top", 10))).Select(r => r["id"]).Should().Equal(SelectFolder.Csv(folder.File("scored/ranked.csv")).Take(10).Select(r => r["id"]));
        (await SelectFolder.SelectAsync(folder.Options("badge", 10))).Should().HaveCount(10);
        await Selecting(folder.Options("batchbald", 10)).Should().ThrowAsync<UsageException>().WithMessage("--strategy batchbald needs a committee*");
    }

    [Theory]
    [InlineData(MaskKind.Balanced)]
    [InlineData(MaskKind.Independent)]
    public async Task BatchBaldStartsWithTheRowOfHighestBald(MaskKind masks)
    {
        await folder.ScoreAsync(masks: masks);

        var first = (await SelectFolder.SelectAsync(folder.Options("batchbald", 5)))[0];

        first["id"].Should().Be(SelectFolder.Csv(folder.File("scored/ranked.csv"))[0]["id"]);
        double.Parse(first["value"], CultureInfo.InvariantCulture).Should().BeApproximately(double.Parse(first["score"], CultureInfo.InvariantCulture), 1e-6, "the members of the scoring run are met again");
    }

    [Fact]
    public async Task AModelOrAShardThatChangedIsNoticed()
    {
        await folder.ScoreAsync();
        File.Copy(folder.File("scored-pool/shard-0.parquet"), folder.File("scored-pool/shard-1.parquet"), overwrite: true);
        await Selecting(folder.Options("coreset", 10)).Should().ThrowAsync<DataException>().WithMessage("*shard-1.parquet: row 0 has id 'row-0000', expected id 'row-0300' as scored*score the pool again");

        await File.AppendAllTextAsync(folder.File("model.onnx"), "\u0012\u0001x", TestContext.Current.CancellationToken);
        await Selecting(folder.Options("coreset", 10)).Should().ThrowAsync<DataException>();
    }

    [Theory]
    [InlineData("top")]
    [InlineData("batchbald")]
    [InlineData("coreset")]
    public async Task RowsCanBeComparedByAColumn(string strategy)
    {
        await folder.ScoreAsync();

        var query = await SelectFolder.SelectAsync(folder.Options(strategy, 60) with { NoNearDuplicates = 0.99999, Column = "pair" });

        static int Pair(string id) => int.Parse(id.AsSpan(4), CultureInfo.InvariantCulture) / 2;
        query.Select(r => Pair(r["id"])).Should().OnlyHaveUniqueItems();
        var held = SelectFolder.Csv(folder.File("query/held-back.csv"));
        held.Should().HaveCount(60);
        held.Select(h => Pair(h["id"])).Should().Equal(held.Select(h => Pair(h["doubles"])));
    }

    [Fact]
    public async Task WhatAColumnCannotBeUsedForIsSaid()
    {
        await folder.ScoreAsync();

        await Selecting(folder.Options("top", 10) with { Column = "pair" }).Should().ThrowAsync<UsageException>().WithMessage("--column pair says what rows are compared by, but --strategy top compares none: add --no-near-duplicates*");
        await Selecting(folder.Options("badge", 10) with { Column = "pair" }).Should().ThrowAsync<UsageException>().WithMessage("--column pair is no embedding of the model, which --strategy badge needs*");
        await Selecting(folder.Options("coreset", 10) with { Column = "fame" }).Should().ThrowAsync<DataException>().WithMessage("*fame*");
    }

    [Fact]
    public async Task AModelOfTwoColumnsWithoutAnEmbeddingLeavesTheColumnToTheUser()
    {
        var model = TestModels.Build([SelectFolder.Width], 5, (w, x, active) =>
        {
            var pair = w.Graph.Input("pair", ParquetPool.Graphs.Onnx.TensorProto.Types.DataType.Float, -1, 2);
            var hidden = w.Graph.Op("Add", [w.Dense(x, SelectFolder.Width, 30), w.Dense(pair, 2, 30)]);
            return w.Dense(w.Dropout(hidden, 0.5f, active), 30, 5);
        });
        await folder.ScoreAsync(other: model);

        await Selecting(folder.Options("coreset", 10)).Should().ThrowAsync<DataException>().WithMessage("*model.onnx has no output 'embedding' and reads 2 columns*name one of features, pair with --column*");
        (await SelectFolder.SelectAsync(folder.Options("coreset", 10) with { Column = "pair" })).Should().HaveCount(10);
        (await SelectFolder.SelectAsync(folder.Options("batchbald", 10) with { Column = "pair", NoNearDuplicates = 0.99999 })).Should().HaveCount(10);
    }

    private static Func<Task> Selecting(SelectOptions options) => () => SelectFolder.SelectAsync(options);
}
