using System.CommandLine;
using System.Globalization;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Storage;
using ParquetPool.Trainer.Import;

namespace ParquetPool.Trainer.Tests.Import;

public sealed class ImportRunTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Shards_that_are_there_stay_unless_forced()
    {
        Import(Options(rows: 50, shardRows: 10));
        var again = Options(rows: 25, shardRows: 10);

        FluentActions.Invoking(() => Import(again)).Should().Throw<UsageException>().WithMessage("*pool/a-00000.parquet is there already: choose another --out or --split, or replace it with --force");
        Sources.ReadAll(again.Shards.Out).Should().HaveCount(50);

        folder.Write("pool/a-rejects.csv", "mine");
        Import(again with { Shards = again.Shards with { Force = true } }).Shards.Should().Be(3);
        Sources.ReadAll(again.Shards.Out).Should().HaveCount(25);
        WrittenFiles.Read(again.Shards.Out).Hashes.Keys.Should().Equal("a-00000.parquet", "a-00001.parquet", "a-00002.parquet");
        File.ReadAllText(folder.File("pool/a-rejects.csv")).Should().Be("mine");
    }

    [Fact]
    public void Of_two_imports_at_once_under_one_name_the_second_is_refused()
    {
        var options = Options(rows: 5, shardRows: 10);
        using (FolderHold.Take(folder.File("pool"), "a"))
        {
            FluentActions.Invoking(() => Import(options)).Should().Throw<IOException>().WithMessage("*pool is being written by another run*");
            Import(Options(rows: 5, shardRows: 10, shards => shards with { Split = "train" }));
        }
        using (var late = new StagedShards(folder.File("pool"), "a", [new("id", ShardType.Text)], 10, new Provenance("test"), replace: false))
        {
            Import(options);
            FluentActions.Invoking(late.MakeRoom).Should().Throw<UsageException>().WithMessage("*a-00000.parquet is there already*", "the other import ended first");
        }

        Sources.ReadAll(folder.File("pool")).Should().HaveCount(10);
        Directory.GetFileSystemEntries(folder.File("pool"), ".*").Select(Path.GetFileName).Should().Equal(WrittenFiles.FileName);
    }

    [Fact]
    public void Shards_of_another_name_are_left_alone()
    {
        Import(Options(rows: 5, shardRows: 10, shards => shards with { Split = "train" }));
        Import(Options(rows: 6, shardRows: 10, shards => shards with { Split = "train-extra" }));
        Import(Options(rows: 7, shardRows: 10, shards => shards with { Split = "train", Force = true }));

        Sources.ReadAll(folder.File("pool")).Should().HaveCount(13);
    }

    [Fact]
    public void The_same_source_gives_the_same_bytes()
    {
        Import(Options(rows: 5000, shardRows: 3000));
        Import(Options(rows: 5000, shardRows: 3000, shards => shards with { Out = folder.File("again") }));

        foreach (var shard in new[] { "a-00000.parquet", "a-00001.parquet" })
        {
            File.ReadAllBytes(folder.File("again", shard)).Should().Equal(File.ReadAllBytes(folder.File("pool", shard)));
        }
    }

    [Fact]
    public void Rejects_of_an_earlier_import_go_with_their_line_of_the_list()
    {
        var options = new ImportOptions { Source = new() { Texts = [folder.Write("t.csv", "text\nx\n \n")] }, Shards = new(folder.File("pool")) { Force = true } };
        Import(options).Rejected.Should().Be(1);
        WrittenFiles.Read(options.Shards.Out).Owns("t-rejects.csv").Should().BeTrue();

        folder.Write("t.csv", "text\nx\n");
        Import(options);

        folder.Files().Should().NotContain("pool/t-rejects.csv");
        WrittenFiles.Read(options.Shards.Out).Hashes.Keys.Should().Equal("t-00000.parquet");
    }

    [Fact]
    public void Cancelling_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        var progress = new Cancelling(cancel);

        FluentActions.Invoking(() => ImportRun.Execute(Options(rows: 5000, shardRows: 100), progress, cancel.Token)).Should().Throw<OperationCanceledException>();

        folder.Files().Should().Equal("a");
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        var options = new ImportOptions { Shards = new(folder.File("pool")) };

        Refused(options).WithMessage("expected exactly one of --idx, --csv, --texts, --npy, --npz, --safetensors, --arrow and --images");
        Refused(options with { Source = new() { Idx = "a", Npy = "b" } }).WithMessage("expected exactly one of*");
        Refused(options with { Source = new() { Npy = "b", IdxLabels = "c" } }).WithMessage("--idx-labels goes with --idx*");
        Refused(options with { Source = new() { Idx = "a", LabelColumn = "c" } }).WithMessage("--label-column goes with --csv*");
        Refused(options with { Source = new() { Idx = "a", SkipColumns = ["c"] } }).WithMessage("--skip-column goes with --csv*");
        Refused(options with { Source = new() { Csv = ["a"] }, Ids = "c" }).WithMessage("--ids goes with --npy and --idx*");
        Refused(options with { Source = new() { Idx = "a" }, Shards = options.Shards with { Rows = 0 } }).WithMessage("--shard-rows is 0, expected 1 or more");
        Refused(options with { Source = new() { Idx = "a" }, LabelFile = options.LabelFile with { Sample = 5 } }).WithMessage("--first and --sample go with --labels-out*");
        Refused(options with { Source = new() { Idx = "a" }, LabelFile = options.LabelFile with { Path = "train-00000.parquet", First = 5 } }).WithMessage("--labels-out train-00000.parquet: expected*.csv*");
        Refused(options with { Source = new() { Idx = "a" }, LabelFile = options.LabelFile with { Path = "l" } }).WithMessage("--labels-out is given alone*");
        Refused(options with { Source = new() { Idx = "a" }, LabelFile = options.LabelFile with { Path = "l.csv", Sample = 5, First = 5 } }).WithMessage("--first and --sample were both given*");
        Refused(options with { Source = new() { Idx = "a" }, LabelFile = options.LabelFile with { Path = "l.csv", First = 0 } }).WithMessage("--first is 0, expected 1 or more");
        Refused(options with { Source = new() { Idx = "a" }, Shards = options.Shards with { Split = "a/b" } }).WithMessage("--split 'a/b' starts file names*");
        Refused(options with { Source = new() { Idx = "a" }, Shards = options.Shards with { Split = "_a" } }).WithMessage("--split '_a' starts file names, and what begins*");
        Refused(options with { Source = new() { Texts = [""] } }).WithMessage("*a path without a name*");
    }

    [Fact]
    public void A_label_file_has_the_first_labels_or_those_of_rows_drawn_evenly()
    {
        var labels = folder.Write("l", Sources.Idx([300], [.. Enumerable.Range(0, 300).Select(i => (byte)(i % 7))]));
        var options = Options(rows: 300, shardRows: 100, shards => shards with { Split = "train", Force = true }, labels) with { LabelFile = new() { Path = folder.File("labels.csv") } };

        Import(options with { LabelFile = options.LabelFile with { First = 3 } }).Labels.Should().Be(3);
        File.ReadAllText(options.LabelFile.Path!).Should().Be("id,label\ntrain-0,0\ntrain-1,1\ntrain-2,2\n");

        Import(options with { LabelFile = options.LabelFile with { Sample = 40 } });
        var sample = File.ReadAllLines(options.LabelFile.Path!)[1..];
        var rows = sample.Select(RowOf).ToList();
        rows.Should().HaveCount(40).And.BeInAscendingOrder().And.OnlyHaveUniqueItems();
        rows.Average().Should().BeInRange(100, 200);
        sample.Should().Equal(rows.Select(row => $"train-{row},{row % 7}"));

        Import(options with { LabelFile = options.LabelFile with { Sample = 40, Seed = 2 } });
        File.ReadAllLines(options.LabelFile.Path!)[1..].Should().NotEqual(sample);
    }

    [Fact]
    public void A_label_file_of_somebody_else_is_not_replaced_and_nothing_imported()
    {
        var labels = folder.Write("l", Sources.Idx([50], new byte[50]));
        var foreign = folder.Write("labels.csv", "id,label\nmine,1\n"u8.ToArray());

        FluentActions.Invoking(() => Import(Options(rows: 50, shardRows: 10, labels: labels) with { LabelFile = new() { Path = foreign, First = 5 } })).Should().Throw<UsageException>().WithMessage("*labels.csv is there and was not written*");
        folder.Files().Should().BeEquivalentTo("a", "l", "labels.csv");
    }

    [Theory]
    [InlineData(65_536, false)]
    [InlineData(65_537, true)]
    [InlineData(1 << 20, true)]
    public void Ids_have_a_longest_length_which_is_told(int length, bool refused)
    {
        var csv = folder.Write("rows.csv", "id,x\n" + string.Concat(Enumerable.Range(0, 60).Select(row => row == 59 ? $"{new string('y', length)},1\n" : $"{row},1\n")));

        var import = () => Import(Options(rows: 1, shardRows: 100) with { Source = new() { Csv = [csv] } });

        if (refused)
        {
            import.Should().Throw<DataException>().WithMessage("*rows.csv*61*id is longer than 65,536 bytes*");
            folder.Files().Should().BeEquivalentTo("a", "rows.csv");
        }
        else
        {
            import().Rows.Should().Be(60);
        }
    }

    [Fact]
    public async Task The_command_imports_and_returns_its_exit_code()
    {
        var source = folder.Write("a", Sources.IdxRamp(10, 4));
        string[] line = ["import", "--idx", source, "--out", folder.File("pool"), "--split", "train", "--quiet"];

        (await CommandHost.InvokeAsync(Root(), line)).Should().Be(ExitCode.Success);
        (await CommandHost.InvokeAsync(Root(), line)).Should().Be(ExitCode.Usage);
        (await CommandHost.InvokeAsync(Root(), ["import", "--csv", "gone.csv", "other.csv", "--out", folder.File("pool")])).Should().Be(ExitCode.Data);

        Sources.ReadAll(folder.File("pool")).Select(row => row.Id).Should().HaveCount(10).And.StartWith("train-0");
    }

    private static ImportSummary Import(ImportOptions options) => ImportRun.Execute(options, ct: TestContext.Current.CancellationToken);

    private static int RowOf(string line) => int.Parse(line.Split(',')[0]["train-".Length..], CultureInfo.InvariantCulture);

    private static RootCommand Root() => [ImportCommand.Create()];

    private static FluentAssertions.Specialized.ExceptionAssertions<UsageException> Refused(ImportOptions options) =>
        FluentActions.Invoking(() => Import(options)).Should().Throw<UsageException>();

    private ImportOptions Options(int rows, int shardRows, Func<ShardOptions, ShardOptions>? change = null, string? labels = null)
    {
        var shards = new ShardOptions(folder.File("pool")) { Rows = shardRows };
        return new() { Source = new() { Idx = folder.Write("a", Sources.IdxRamp(rows, 4)), IdxLabels = labels }, Shards = change?.Invoke(shards) ?? shards };
    }

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<long>
    {
        public void Report(long value) => source.Cancel();
    }
}
