using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Rounds;

public sealed class RoundServiceTests : IDisposable
{

    private readonly TestFolder folder = new();
    private readonly StringWriter said = new();
    private readonly TextWriter writer; // Its methods lock it.

    public RoundServiceTests()
    {
        writer = TextWriter.Synchronized(said);
        File.WriteAllText(folder.File("network.json"), """{ "layers": [ { "type": "dense", "units": 16, "dropout": 0.5 } ] }""");
        Blobs.Write(folder.File("pool/a.parquet"), Enumerable.Range(0, 150));
        Directory.CreateDirectory(folder.File("labels"));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Enough_new_labels_make_a_round_and_fewer_wait()
    {
        await Serving(async () =>
        {
            Hand("a.csv", Enumerable.Range(0, 60));
            await Until(() => Rounds() == 1);
            await File.WriteAllTextAsync(folder.File("labels/bad.csv"), "key,label\n1,2\n", TestContext.Current.CancellationToken);
            await Until(() => Said("left out"));
            Hand("b.csv", Enumerable.Range(60, 5));
            await Until(() => Said("5 new labels since the last round, expected 10 or more"));
            Hand("c.csv", Enumerable.Range(65, 5));
            await Until(() => Rounds() == 2);
        });

        Rounds().Should().Be(2);
        Said("bad.csv: no column id").Should().BeTrue();
        Said("stopped").Should().BeTrue();
    }

    [Fact]
    public async Task What_waits_at_the_start_is_done_and_what_was_done_is_not_done_again()
    {
        Hand("a.csv", Enumerable.Range(0, 60));
        await Serving(() => Until(() => Rounds() == 1));

        await Serving(() => Until(() => Said("nothing new since the last round")));
        Rounds().Should().Be(1);

        // As a kill between the round and its records leaves it.
        File.Delete(folder.File("models/blobs/labels/labels.parquet"));
        File.Delete(folder.File("models/blobs/labels/rounds.json"));
        await Serving(() => Until(() => Said("nothing new since the last round that can be learnt from")));
        Rounds().Should().Be(1);
        new RoundLog(folder.File("models/blobs/labels")).Read().Should().ContainSingle().Which.Reason.Should().Contain("stopped before");
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_told_once_and_never_ends_the_service()
    {
        File.WriteAllText(folder.File("labels/bad.json"), """[{"data":{"row_id":"r0"},"annotations":[{"result":[{"type":"choices"}]}]}]""");
        Hand("a.csv", Enumerable.Range(0, 60));
        await Serving(() => Until(() => Rounds() == 1));
        Said("left out until it changes: " + folder.File("labels/bad.json") + ": task 1 has a result of type choices without its choices").Should().BeTrue();
        said.GetStringBuilder().Clear();

        Hand("b.csv", Enumerable.Range(60, 20));
        await Serving(() => Until(() => Rounds() == 2));
        Said("left out until it changes").Should().BeFalse("it was told before the restart");
        File.ReadAllText(folder.File("models/blobs/labels/set-aside.json")).Should().Contain("bad.json").And.Contain("without its choices");

        File.WriteAllText(folder.File("labels/bad.json"), $$"""[{{string.Join(", ", Enumerable.Range(80, 10).Select(r => $$"""{"id": "row-{{r}}", "label": "{{Blobs.Label(r)}}"}"""))}}]""");
        await Serving(() => Until(() => Rounds() == 3));
        File.ReadAllText(folder.File("models/blobs/labels/set-aside.json")).Should().NotContain("bad.json");
    }

    [Fact]
    public async Task A_file_of_doubtful_labels_is_read_once_somebody_answers_for_them()
    {
        Directory.CreateDirectory(folder.File("models/blobs/labels")); // As the command does that holds it.
        File.WriteAllText(folder.File("labels/a.csv"), "id,label\n" + string.Join('\n', Enumerable.Range(0, 60).Select(r => $"row-{r},{(r % 10 == 9 ? "unsure" : Blobs.Label(r))}")) + "\n");
        await Serving(() => Until(() => Said("6 labels may say that nobody decided")));
        Said("left out until it changes or its labels are answered for").Should().BeTrue();
        Rounds().Should().Be(0);

        await Serving(() => Until(() => Said("1 set aside, as labels/set-aside.json says")));
        await Serving(() => Until(() => Rounds() == 1), newClasses: true);
        ModelPackage.Open(folder.File("models/blobs")).Manifest!.Classes.Should().Contain("unsure");
    }

    [Fact]
    public async Task A_round_that_cannot_be_trained_is_told_and_the_service_goes_on()
    {
        File.WriteAllText(folder.File("labels/a.csv"), "id,label\n" + string.Join('\n', Enumerable.Range(0, 12).Select(r => $"row-{r},one")) + "\n");

        await Serving(() => Until(() => Said("no round: the 12 labels name 1 class")));

        Rounds().Should().Be(0);
    }

    [Fact]
    public async Task A_round_of_another_kind_that_somebody_published_is_told_and_the_service_goes_on()
    {
        Hand("a.csv", Enumerable.Range(0, 60));
        await Serving(async () =>
        {
            await Until(() => Rounds() == 1);
            var manifest = ModelPackage.Open(folder.File("models/blobs")).Manifest!;
            var recipe = manifest.Training.Recipe.Where(r => r.Key != TrainedNetwork.NetworkSetting).ToDictionary();
            await File.WriteAllBytesAsync(folder.File("models/blobs/round-0001/manifest.json"), (manifest with { Training = manifest.Training with { Recipe = recipe } }).ToBytes(), TestContext.Current.CancellationToken);
            Hand("b.csv", Enumerable.Range(60, 20));
            await Until(() => Said("no round: round 1 of blobs was made of a given model"));
        });

        Said("stopped").Should().BeTrue();
    }

    [Fact]
    public async Task A_store_that_cannot_be_looked_at_is_told_and_the_service_goes_on()
    {
        await Serving(() => Until(() => Said("no round: az: no account is known")), "az://pool/labels");

        Said("stopped").Should().BeTrue();
    }

    private async Task Serving(Func<Task> meanwhile, string? labels = null, bool newClasses = false)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var context = new CommandContext(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Lines, writer, TimeProvider.System), stop.Token);
        var training = new TrainRequest("blobs", [folder.File("pool")])
        {
            Models = folder.File("models"),
            Kept = (options, spec) => options with { Network = spec },
            Options = new TrainOptions { Network = NetworkSpec.Load(folder.File("network.json")), Epochs = 3 },
        };
        using var service = new RoundService(new RoundRequest(training, [labels ?? folder.File("labels")]) { MinNewLabels = 10, MinGain = -1, LeavesBadFilesOut = true, NewClasses = newClasses }, TimeSpan.Zero, context);
        await service.StartAsync(CancellationToken.None);
        await meanwhile();
        await stop.CancelAsync();
        await service.ExecuteTask!;
    }

    private Task Until(Func<bool> condition) => Waiting.UntilAsync(condition, () => SaidSoFar().Length, SaidSoFar);

    private bool Said(string text) => SaidSoFar().Contains(text, StringComparison.Ordinal);

    private string SaidSoFar()
    {
        lock (writer)
        {
            return said.ToString();
        }
    }

    private int Rounds() => new ModelRegistry(folder.File("models")).Rounds("blobs").Count;

    private void Hand(string name, IEnumerable<int> rows)
    {
        File.WriteAllLines(folder.File(name), rows.Select(r => $"row-{r},{Blobs.Label(r)}").Prepend("id,label"));
        File.Move(folder.File(name), folder.File("labels", name));
    }
}
