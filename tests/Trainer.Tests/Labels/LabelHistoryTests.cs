using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Labels;
using ParquetPool.Trainer.Labels;

namespace ParquetPool.Trainer.Tests.Labels;

public sealed class LabelHistoryTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Labels_stay_with_their_file_annotator_seconds_and_time()
    {
        Read("a.csv", "id,label,annotator,seconds\nx,cat,anna,1.5\ny,dog,,\n").Should().Be((2, 0));

        var labels = new LabelHistory(History).Labels;
        labels.Select(l => l.Entry).Should().BeEquivalentTo([new LabelEntry("x", "cat", "anna", 1.5), new LabelEntry("y", "dog", "", double.NaN)]);
        labels.Should().OnlyContain(l => l.Source == folder.File("a.csv") && l.Sha256.Length == 64 && l.ReadUtc == Clock.Now);
    }

    [Fact]
    public void A_file_is_not_read_twice_under_whatever_name()
    {
        Read("a.csv", "id,label\nx,cat\n").Should().Be((1, 0));
        Read("a.csv", "id,label\nx,cat\n").Should().BeNull();
        Read("copy.csv", "id,label\nx,cat\n").Should().BeNull();
    }

    [Fact]
    public void Of_a_changed_file_only_what_has_changed_is_added_and_nothing_is_overwritten()
    {
        Read("a.csv", "id,label\nx,cat\ny,dog\n");
        var before = File.ReadAllBytes(Part(1));
        Read("correction.csv", "id,label\ny,bird\n");

        Read("a.csv", "id,label\nx,cat\ny,dog\nz,cat\n").Should().Be((1, 0), "x and y are as the file had them");
        Read("a.csv", "id,label\nx,dog\ny,dog\nz,cat\n").Should().Be((1, 0));
        Read("a.csv", "id,label\nx,cat\ny,dog\nz,cat\n").Should().Be((1, 0), "the label was set back");

        Labels().Should().Equal(("x", "cat"), ("y", "dog"), ("y", "bird"), ("z", "cat"), ("x", "dog"), ("x", "cat"));
        Consensus.Of(new LabelHistory(History).Labels).Labels.Should().Equal(new Dictionary<string, string> { ["x"] = "cat", ["y"] = "bird", ["z"] = "cat" });
        File.ReadAllBytes(Part(1)).Should().Equal(before);
    }

    [Fact]
    public void What_a_killed_round_left_of_a_part_goes_with_the_next()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Part(1))!);
        File.WriteAllText(Part(1) + ".8451e0504769f6ba.tmp", "half");

        Read("a.csv", "id,label\nx,cat\n").Should().Be((1, 0));

        Directory.GetFiles(Path.GetDirectoryName(Part(1))!, "*.tmp").Should().BeEmpty();
    }

    [Fact]
    public void A_file_that_is_no_sheet_adds_nothing()
    {
        FluentActions.Invoking(() => Read("a.csv", "id,label\nx,cat\n,dog\n")).Should().Throw<DataException>();

        Directory.Exists(History).Should().BeFalse();
    }

    [Fact]
    public void One_trainer_at_a_time()
    {
        using (new TaskLock(History))
        {
            FluentActions.Invoking(() => new TaskLock(History)).Should().Throw<IOException>().WithMessage("*held by another trainer*");
        }
        new TaskLock(History).Dispose();
    }

    private string History => Path.Combine(folder.Root, "labels");

    private string Part(int number) => Path.Combine(History, $"history-{number:D6}.parquet");

    private IEnumerable<(string, string)> Labels() => new LabelHistory(History).Labels.Select(l => (l.Entry.Id, l.Entry.Label));

    private (int Added, int Unlabelled)? Read(string name, string text)
    {
        File.WriteAllText(folder.File(name), text);
        var history = new LabelHistory(History);
        var read = history.Add(new OrderedFile(folder.File(name), LabelFiles.ByOrder), new Clock());
        history.Save();
        return read is { } added ? (added.Added, added.Sheet.Unlabelled) : null;
    }

    private sealed class Clock : TimeProvider
    {
        public static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
