using System.Globalization;
using ParquetPool.Exports;
using ParquetPool.Labels;
using ParquetPool.Shards;
using ParquetPool.Shared.Tests.Shards;

namespace ParquetPool.Shared.Tests.Labels;

public sealed class IdMatchTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_id_is_the_row_s_that_is_spelled_so_else_the_only_one_alike()
    {
        var match = Match(["7", "8", "9.0", "9", "a "], "7.0", "8", "9.0", "9", "a", "10", "6e+00");

        new[] { "7.0", "8", "9.0", "9", "a", "10" }.Select(match.RowOf).Should().Equal("7", "8", "9.0", "9", "a ", null);
        match.Faults.Should().BeEmpty();
    }

    [Theory]
    [InlineData(9912140633506000, 1, "a spreadsheet", "end in zeros after 15 digits")]
    [InlineData(1234567890123456789, 1000003, "a script", "are numbers that a double holds")]
    [InlineData(1234567890123456789, 1000003, "a double", "are numbers that a double holds")]
    public void Rounded_ids_are_told_and_their_file_is_not_used(long first, long step, string by, string told)
    {
        string[] pool = [.. Enumerable.Range(0, 1000).Select(i => (first + (i * step)).ToString(CultureInfo.InvariantCulture))];
        string[] rounded = [.. pool.Skip(17).Take(90).Select(id => by switch
        {
            "a spreadsheet" => id[..15] + new string('0', id.Length - 15),
            "a script" => decimal.Parse(double.Parse(id, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
            _ => ((System.Numerics.BigInteger)double.Parse(id, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture),
        })];

        Match(pool, rounded).Faults["a.csv"].Should().Contain(told).And.Contain(rounded[0]);
        Match(pool, [.. pool.Take(300)]).Faults.Should().BeEmpty();
        Match(rounded, rounded).Faults.Should().BeEmpty("the pool's own ids are so");
        Match([.. pool.Select(id => $"-{id}")], [.. rounded.Select(id => $"-{id}")]).Faults["a.csv"].Should().Contain(told, "hashes are as often below 0");
    }

    [Theory]
    [InlineData("9.91214E+15,9.91214E+15,9.91215E+15", "are rounded numbers such as 9.91214E+15")]
    [InlineData("1e+15,2e+15", "are rounded numbers such as 1e+15")]
    [InlineData("-1e+15,2e+15", "are rounded numbers such as -1e+15")]
    [InlineData("7,12,103", "have lost their leading zeros, such as 7 for 000007")]
    public void Ids_that_a_spreadsheet_changed_are_told(string ids, string told) =>
        Match([.. Enumerable.Range(0, 200).Select(i => i.ToString("D6", CultureInfo.InvariantCulture))], ids.Split(',')).Faults["a.csv"].Should().Contain(told);

    [Fact]
    public void Numbers_most_of_which_the_pool_does_not_have_match_by_accident()
    {
        string[] pool = [.. Enumerable.Range(1, 100).Select(i => $"{i}")], ids = [.. Enumerable.Range(95, 20).Select(i => $"{i}")];

        Match(pool, ids).Faults["a.csv"].Should().Be("14 of its 20 ids are not in the pool, such as 101, so the others may be by accident: give the shards that hold them, or where these are the rows' ids call the column row_id");
        Match(pool, ids, e => e with { IsRowId = true }).Faults.Should().BeEmpty("the file says that they are rows");
    }

    [Fact]
    public void Ids_that_count_from_1_on_in_a_pool_that_counts_from_0_on_may_be_a_tool_s_own()
    {
        string[] pool = [.. Enumerable.Range(0, 100).Select(i => $"{i}")], tasks = [.. Enumerable.Range(1, 20).Select(i => $"{i}")];

        Match(pool, tasks).Faults.Should().BeEmpty();
        Match(pool, tasks).Doubts.Should().ContainSingle().Which.Should().StartWith("a.csv: its ids are the numbers 1 to 20, and the pool's begin with 0:");
        Match(pool, tasks, e => e with { IsRowId = true }).Doubts.Should().BeEmpty();
        Match(pool, tasks, e => e with { Shown = ShownText.Of($"text of row {e.Id}") }).Doubts.Should().BeEmpty("people saw these rows");
        Match(pool[1..], tasks).Doubts.Should().BeEmpty("the pool counts from 1 on too");
        Match(pool, pool[..20]).Doubts.Should().BeEmpty();
        Match(pool, [.. tasks.Where(id => id != "7")]).Doubts.Should().BeEmpty();

        Match(pool[1..], pool[..20]).Doubts.Should().ContainSingle().Which.Should().StartWith("a.csv: its ids are the numbers 0 to 19, and the pool's lack 0 alone:");
        Match([.. pool[1..].Select(id => $"00{id}"[^3..])], [.. pool[..20].Select(id => $"00{id}"[^3..])]).Doubts.Should().ContainSingle();
        Match(pool[1..], [.. pool[..20], "x"]).Doubts.Should().BeEmpty();
    }

    [Fact]
    public void Rows_that_say_something_else_than_people_saw_are_not_the_ones_that_were_labelled()
    {
        string[] pool = [.. Enumerable.Range(1, 100).Select(i => $"{i}")], ids = [.. Enumerable.Range(1, 10).Select(i => $"{i}")];

        Match(pool, ids, e => e with { Shown = ShownText.Of($"text of row {int.Parse(e.Id) + 50}") }).Faults["a.csv"].Should().StartWith("10 of 10 rows compared have another text in the pool than in this file, such as id 1:");
        Match(pool, ids, e => e with { Shown = ShownText.Of($" text  of row\n{e.Id}") }).Faults.Should().BeEmpty();
    }

    private IdMatch Match(string[] pool, params string[] ids) => Match(pool, ids, e => e);

    private IdMatch Match(string[] pool, string[] ids, Func<LabelEntry, LabelEntry> with)
    {
        var path = folder.File($"{Directory.GetFiles(folder.Root).Length}.parquet");
        ParquetFiles.FromSql(path, $"SELECT id, concat('text of row ', id) AS text FROM (VALUES {string.Join(", ", pool.Select(id => $"('{id}')"))}) AS rows(id)");
        return IdMatch.Of(ShardSet.Resolve([path]), [.. ids.Select(id => new GivenLabel(1, with(new LabelEntry(id, "cat", "", double.NaN)), "a.csv", "", default))], TestContext.Current.CancellationToken);
    }
}
