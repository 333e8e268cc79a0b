using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Texts;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Rehearsal;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Rehearsal;

public sealed class AnswerLoopTests : IDisposable
{
    private readonly TestFolder folder = new();

    public AnswerLoopTests()
    {
        File.WriteAllText(folder.File("network.json"), """{ "layers": [ { "type": "dense", "units": 16, "dropout": 0.5 } ] }""");
        File.WriteAllText(folder.File("hierarchy.json"), """{ "even": ["class-0", "class-2"] }""");
        Blobs.Write(folder.File("pool/a.parquet"), Enumerable.Range(0, 90));
        Blobs.Write(folder.File("test/b.parquet"), Enumerable.Range(90, 60));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Answers_are_counted_for_those_who_ask_questions_and_for_those_who_ask_for_classes()
    {
        var (summary, record) = await SimulateRun.ExecuteAsync(Options("questions", "questions:bald", "margin"), Context());

        summary.Labels.Should().Be((12 * 2) + (3 * 7), "a first label of three classes takes two answers");
        record.Questions!.Select(q => q.Strategy).Should().Equal("questions", "questions:bald");
        record.Questions!.Should().OnlyContain(q => q.Baseline == "random" || q.Baseline == "margin").And.OnlyContain(q => q.Verdict.Contains("answers") || q.Verdict.Contains("no better"));
        record.Strategies.Should().OnlyContain(s => s.FinalAccuracy > 0.9, "the classes lie far apart");
        foreach (var run in TextTable.ReadWithNumbers(folder.File("out/curves.parquet"), "strategy", "labels", "whole", "partial").GroupBy(row => row[0]))
        {
            var points = run.Select(row => (Answers: Number(row[1]), Whole: Number(row[2]), Partial: Number(row[3]))).ToList();
            points.Select(p => p.Answers).Should().Equal(24, 31, 38, 45);
            points[0].Should().Be((24, 12, 0));
            points.Should().OnlyContain(p => p.Whole - 12 <= p.Answers - 24 && p.Whole - 12 + p.Partial <= p.Answers - 24, "a row takes an answer or more");
            if (run.Key!.StartsWith("questions", StringComparison.Ordinal))
            {
                (points[1].Whole + points[1].Partial).Should().Be(12 + 7, "each question of a query is about another row");
            }
            else
            {
                points.Should().OnlyContain(p => p.Partial == 0);
                (2 * (points[^1].Whole - 12)).Should().BeGreaterThanOrEqualTo(21 - 1, "no row of three classes takes more than two answers, and the last may be unfinished");
            }
        }
        var curves = File.ReadAllBytes(folder.File("out/bought.parquet"));
        Directory.Delete(folder.File("out/runs"), recursive: true);
        await SimulateRun.ExecuteAsync(Options("questions", "questions:bald", "margin") with { Threads = 1 }, Context());
        File.ReadAllBytes(folder.File("out/bought.parquet")).Should().Equal(curves);
    }

    [Fact]
    public async Task What_cannot_be_rehearsed_is_refused_in_one_line()
    {
        await Refused<UsageException>(Options("questions") with { Hierarchy = null }, "--strategies questions asks about super-classes: name them with --hierarchy");
        await Refused<UsageException>(Options("questions:margin_half_1"), "questions are chosen by one of entropy, bald");
        await Refused<UsageException>(Options("questions:bald+single"), "bald by a committee alone");
        await Refused<UsageException>(Options("margin") with { Learn = ["fixmatch"] }, "--learn fixmatch is given with --hierarchy, expected one");
        File.WriteAllText(folder.File("hierarchy.json"), """{ "even": ["class-0", "class-8"] }""");
        await Refused<DataException>(Options("questions"), "'even' names 'class-8', which is no class of the task");

        async Task Refused<T>(SimulateOptions options, string message)
            where T : Exception =>
            await FluentActions.Awaiting(() => SimulateRun.ExecuteAsync(options, Context())).Should().ThrowAsync<T>().WithMessage($"*{message}*");
    }

    private SimulateOptions Options(params string[] strategies) => new([folder.File("pool")], [folder.File("test")], folder.File("out"))
    {
        Hierarchy = folder.File("hierarchy.json"),
        Initial = 12,
        Query = 7,
        Rounds = 3,
        Seeds = 1,
        Passes = 6,
        Strategies = strategies,
        Training = new TrainOptions { Network = NetworkSpec.Load(folder.File("network.json")), Epochs = 30, Steps = new() { LearningRate = 0.01f } },
        Threads = 2,
    };

    private static int Number(string? text) => int.Parse(text!, CultureInfo.InvariantCulture);

    private static CommandContext Context() => new(
        NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken);
}
