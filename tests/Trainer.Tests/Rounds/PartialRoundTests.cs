using System.CommandLine;
using System.Text.Json.Nodes;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Scorer.Labelling;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Scorer.Selection;
using ParquetPool.Texts;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Tests.Training;

namespace ParquetPool.Trainer.Tests.Rounds;

public sealed class PartialRoundTests : IDisposable
{
    private readonly TestFolder folder = new();

    public PartialRoundTests()
    {
        File.WriteAllText(folder.File("network.json"), """{ "layers": [ { "type": "dense", "units": 8, "dropout": 0.5 } ] }""");
        File.WriteAllText(folder.File("hierarchy.json"), """{ "even": ["class-0", "class-2"] }""");
        Blobs.Write(folder.File("pool/a.parquet"), Enumerable.Range(0, 120));
        File.WriteAllLines(folder.File("labels.csv"), ["id,label", .. Enumerable.Range(0, 30).Select(row => $"row-{row},{Blobs.Label(row)}"), "row-30,even"]);
        File.WriteAllLines(folder.File("answers.csv"), ["id,question,answer", .. Enumerable.Range(31, 29).Select(row => $"row-{row},even,{(row % 3 == 1 ? "no" : "yes")}"), "row-61,even,yes", "row-61,class-0,no", "row-61,class-2,no"]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Answers_make_a_round_whose_model_asks_for_the_next_which_come_back_from_Label_Studio()
    {
        (await Round("labels.csv", "answers.csv")).Should().Be(ExitCode.Success);
        var (first, partial) = (Newest(), Enumerable.Range(30, 30).Count(row => row % 3 != 1));
        first.Training.PartialRows.Should().Be(partial);
        (first.Training.Rows + first.Training.HoldoutRows).Should().Be(60 - partial, "a row that is not even is of the one class left");
        File.ReadAllText(folder.File("models/m/labels/rounds.json")).Should().Contain($"\"partialRows\": {partial}");
        Table("models/m/labels/remarks.parquet", "id", "remark").Should().ContainSingle().Which.Should().Be("row-61: its answers leave no class: not class-0, not class-2, even");
        Table("models/m/labels/answers.parquet", "id", "classes").Should().HaveCount(partial).And.Contain("row-30: class-0 | class-2");
        (await Round("labels.csv", "answers.csv")).Should().Be(ExitCode.Success);
        Newest().Round.Should().Be(1, "nothing is new");

        (await Run(ScoreCommand.Create(), "score", "--model", folder.File("models/m"), "--pool", folder.File("pool"), "--passes", "6", "--out", folder.File("scored"))).Should().Be(ExitCode.Success);
        (await Ask("models/m/labels/labels.csv", "models/m/labels/answers.csv", "answers.csv")).Should().Be(ExitCode.Success);
        (await Run(TasksCommand.Create(), "tasks", "--rows", folder.File("ask/questions.csv"), "--pool", folder.File("pool"), "--image", "4x4", "--out", folder.File("tasks.json"))).Should().Be(ExitCode.Success);
        var asked = TextTable.Read(folder.File("ask/questions.parquet"), "id", "question").Select(q => (Id: q[0]!, Question: q[1]!)).ToList();
        asked.Should().HaveCount(40).And.OnlyHaveUniqueItems(q => q.Id).And.NotContain(q => q.Id == "row-61");
        asked.Where(q => int.Parse(q.Id[4..]) < 60).Should().OnlyContain(q => q.Question == "class-0" || q.Question == "class-2", "of these it is known that they are even, or all");
        File.ReadAllText(folder.File("tasks.xml")).Should().Contain("$row_question_text").And.Contain("\"yes\"");

        (await Run(SelectCommand.Create(), "select", "--scores", folder.File("scored"), "--top", "40", "--strategy", "questions", "--class-cost", "1.5", "--hierarchy", folder.File("hierarchy.json"), "--exclude", folder.File("models/m/labels/labels.csv"), folder.File("answers.csv"), "--out", folder.File("outright"))).Should().Be(ExitCode.Success);
        var (yesOrNo, outright) = (Table("outright/questions.parquet", "id").ToList(), Table("outright/selected.parquet", "id").ToList());
        (yesOrNo.Count + (1.5 * outright.Count)).Should().BeInRange(39, 40, "--top counts answers");
        outright.Should().OnlyContain(id => int.Parse(id.Substring(4)) >= 60, "of two classes left yes or no tells as much").And.NotIntersectWith(yesOrNo);
        (await Run(TasksCommand.Create(), "tasks", "--rows", folder.File("outright/selected.csv"), "--pool", folder.File("pool"), "--image", "4x4", "--out", folder.File("classes.json"))).Should().Be(ExitCode.Success);

        Answer(asked);
        (await Round("export.json")).Should().Be(ExitCode.Success);

        var second = Newest();
        second.Round.Should().Be(2);
        second.Training.HoldoutAccuracy.Should().Be(1);
        (second.Training.Rows + second.Training.HoldoutRows).Should().Be(60 - partial + asked.Count(Settles));
        second.Training.PartialRows.Should().Be(partial + asked.Count(q => int.Parse(q.Id[4..]) >= 60) - asked.Count(Settles));

        // Of two classes left either answer leaves one; of three, yes to a class or no to both others does.
        static bool Settles((string Id, string Question) q) => int.Parse(q.Id[4..]) is var row
            && (row < 60 || (q.Question == "even" ? row % 3 == 1 : q.Question == Blobs.Label(row)));
    }

    [Fact]
    public async Task Train_takes_them_too_and_what_contradicts_itself_is_refused_in_one_line()
    {
        (await Train("--hierarchy", folder.File("hierarchy.json"))).Should().Be(ExitCode.Success);
        Newest().Training.PartialRows.Should().Be(20);

        (await Train("--hierarchy", folder.File("hierarchy.json"), "--learn", "fixmatch", "--unlabelled", folder.File("pool"))).Should().Be(ExitCode.Usage);
        File.WriteAllText(folder.File("hierarchy.json"), """{ "even": ["class-0", "class-7"] }""");
        (await Train("--hierarchy", folder.File("hierarchy.json"))).Should().Be(ExitCode.Data);
        (await Ask("labels.csv")).Should().Be(ExitCode.Data, "there are no scores");
        (await Run(SelectCommand.Create(), "select", "--scores", folder.File("scored"), "--top", "3", "--strategy", "top", "--hierarchy", folder.File("hierarchy.json"), "--out", folder.File("ask"))).Should().Be(ExitCode.Usage);
        (await Run(SelectCommand.Create(), "select", "--scores", folder.File("scored"), "--top", "3", "--strategy", "top", "--class-cost", "2", "--out", folder.File("ask"))).Should().Be(ExitCode.Usage);
        (await Run(SelectCommand.Create(), "select", "--scores", folder.File("scored"), "--top", "3", "--strategy", "questions", "--out", folder.File("ask"))).Should().Be(ExitCode.Usage);
    }

    /// <summary>Writes the export of a project in which every question is answered truly.</summary>
    private void Answer(IEnumerable<(string Id, string Question)> asked)
    {
        var questions = asked.ToDictionary(q => q.Id, q => q.Question);
        var tasks = JsonNode.Parse(File.ReadAllText(folder.File("tasks.json")))!.AsArray();
        foreach (var (number, task) in tasks.Index())
        {
            var (id, question) = ((string)task!["data"]!["row_id"]!, (string)task["data"]!["row_question"]!);
            question.Should().Be(questions[id]);
            var isYes = question == Blobs.Label(int.Parse(id[4..])) || (question == "even" && int.Parse(id[4..]) % 3 != 1);
            task["id"] = number;
            task["annotations"] = JsonNode.Parse($$"""[ { "id": {{number}}, "completed_by": 1, "result": [ { "from_name": "answer", "to_name": "image", "type": "choices", "value": { "choices": ["{{(isYes ? "yes" : "no")}}"] } } ] } ]""");
        }
        File.WriteAllText(folder.File("export.json"), tasks.ToJsonString());
    }

    private ModelManifest Newest() => ModelPackage.Open(folder.File("models/m")).Manifest!;

    private IEnumerable<string> Table(string path, params string[] columns) => TextTable.Read(folder.File(path), columns).Select(row => string.Join(": ", row));

    private Task<int> Ask(params string[] known) => Run(
        SelectCommand.Create(),
        ["select", "--scores", folder.File("scored"), "--top", "40", "--strategy", "questions", "--hierarchy", folder.File("hierarchy.json"), "--exclude", .. known.Select(file => folder.File(file)), "--out", folder.File("ask")]);

    private Task<int> Round(params string[] labels) => Run(
        RoundCommand.Create(),
        ["round", "--task", "m", "--models", folder.File("models"), "--pool", folder.File("pool"), "--labels", .. labels.Select(file => folder.File(file)), "--hierarchy", folder.File("hierarchy.json"), "--network", folder.File("network.json"), "--epochs", "30", "--learning-rate", "0.01", "--publish-worse"]);

    private Task<int> Train(params string[] more) => Run(
        TrainCommand.Create(),
        ["train", "--task", "m", "--models", folder.File("models"), "--pool", folder.File("pool"), "--labels", folder.File("labels.csv"), folder.File("answers.csv"), "--network", folder.File("network.json"), "--epochs", "2", .. more]);

    private static Task<int> Run(Command command, params string[] arguments) => CommandHost.InvokeAsync(new RootCommand { command }, [.. arguments, "--quiet"]);
}
