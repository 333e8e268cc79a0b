using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Shared.Tests.Shards;

namespace ParquetPool.Shared.Tests.Contract;

public sealed class LabelFileTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("id,label\na,cat\nb,dog\n")]
    [InlineData("id,label\r\na,cat\r\nb,dog")]
    [InlineData("label;note;id\ncat;x, y;a\ndog;;b\n")]
    [InlineData("label\tid\ncat\ta\ndog\tb\n")]
    [InlineData("\"id\",\"label\"\n\"a\",\"cat\"\n\"b\",\"dog\"\n")]
    [InlineData("\uFEFFid,label\na,cat\nb,dog\n")]
    [InlineData("id,label\na,cat\nb,dog\na,cat\n")]
    public void CSV_is_read_in_its_usual_forms(string text) =>
        LabelFile.Read([Csv("labels.csv", text)]).Should().Equal(new Dictionary<string, string> { ["a"] = "cat", ["b"] = "dog" });

    [Fact]
    public void What_looks_special_to_a_guesser_is_plain_text()
    {
        var path = Csv("labels.csv", "id,label\n#1,007\n0012,2020-01-01\n\"a,\"\"b\"\"\",true\n1e5,7e00\n");

        LabelFile.Read([path]).Should().Equal(new Dictionary<string, string> { ["#1"] = "007", ["0012"] = "2020-01-01", ["a,\"b\""] = "true", ["1e5"] = "7e00" });
    }

    [Theory]
    [InlineData("1", "3", "1", "3")]
    [InlineData("'a'", "'cat'", "a", "cat")]
    [InlineData("(-7)::BIGINT", "true", "-7", "true")]
    public void Parquet_is_read_with_integers_as_text(string id, string label, string idText, string labelText)
    {
        var path = ParquetFiles.FromSql(folder.File("labels.parquet"), $"SELECT {label} AS label, 0.5 AS other, {id} AS id").Path;

        LabelFile.Read([path]).Should().Equal(new Dictionary<string, string> { [idText] = labelText });
    }

    [Fact]
    public void Folders_and_globs_of_several_files_are_one_list()
    {
        Csv("round-1.csv", "id,label\na,cat\n");
        Csv("round-2.csv", "id,label\nb,dog\na,cat\n");
        ParquetFiles.FromSql(folder.File("round-3.parquet"), "SELECT 'c' AS id, 'cat' AS label");

        LabelFile.Read([folder.Root]).Should().HaveCount(3);
        LabelFile.Read([folder.File("round-*.csv")]).Should().HaveCount(2);
    }

    [Fact]
    public void Two_labels_for_one_id_are_refused() =>
        Reading(Csv("a.csv", "id,label\nx,cat\ny,cat\nx,dog\n")).Should().Throw<DataException>().WithMessage("id x has labels cat and dog, expected one: keep one*");

    [Fact]
    public void Of_several_files_the_one_given_later_stands()
    {
        var (first, second) = (Csv("b.csv", "id,label\nx,cat\n"), Csv("a.csv", "id,label\nx,dog\n"));
        var told = new List<string>();

        LabelFile.Read([first, second], new LabelReading { Tell = told.Add })["x"].Should().Be("dog");
        LabelFile.Read([second, first])["x"].Should().Be("cat");
        told.Should().ContainSingle().Which.Should().Be("1 labels were replaced by later ones or taken back, as decided by the order given (1)");
    }

    [Fact]
    public void Of_files_of_one_moment_names_are_compared_as_people_number_them()
    {
        foreach (var (name, label) in new[] { ("round-10.csv", "ten"), ("round-9.csv", "nine") })
        {
            File.SetLastWriteTimeUtc(Csv(name, $"id,label\nx,{label}\n"), new DateTime(2026, 10, 5, 9, 0, 0, DateTimeKind.Utc));
        }
        LabelFile.Read([folder.Root])["x"].Should().Be("ten");

        File.SetLastWriteTimeUtc(folder.File("round-9.csv"), new DateTime(2026, 10, 5, 9, 5, 0, DateTimeKind.Utc));
        LabelFile.Read([folder.Root])["x"].Should().Be("nine", "it was changed later");
    }

    [Theory]
    [InlineData("", "*labels.csv: empty*")]
    [InlineData("id,label\n", "*labels.csv: no rows under the header*")]
    [InlineData("id,class\na,cat\n", "*labels.csv: no column label: it has id, class")]
    [InlineData("id,label\na,cat\n,dog\n", "*labels.csv: row 2: label dog has no id*")]
    [InlineData("id,label\na,cat\nb,dog,3\n", "*labels.csv: not a readable CSV*line 3: it has more cells than the header's 2*")]
    [InlineData("id,label\na,\"cat\nb,dog\n", "*labels.csv: not a readable CSV*line 2: a quote that begins a cell has no end*")]
    public void A_file_that_is_not_labels_says_what_is_wrong(string text, string message)
    {
        var path = Csv("labels.csv", text);

        Reading(path).Should().Throw<DataException>().WithMessage(message).Which.Message.Should().NotContain("\n");
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Reading("gone.csv").Should().Throw<DataException>().WithMessage("gone.csv: no such file*");

    [Fact]
    public void A_label_that_is_a_list_is_refused() =>
        Reading(ParquetFiles.FromSql(folder.File("a.parquet"), "SELECT 1 AS id, ['a', 'b'] AS label").Path).Should().Throw<DataException>().WithMessage("*column label is VARCHAR*, expected text, numbers or booleans*");

    [Fact]
    public void Ids_are_read_from_whatever_has_an_id_column()
    {
        var ranked = Csv("ranked.csv", "rank,id,score\n1,x,0.5\n2,y,0.25\n");
        var single = Csv("ids.csv", "id\ny\nz\n");

        LabelFile.ReadIds([ranked, single]).Should().BeEquivalentTo("x", "y", "z");
        FluentActions.Invoking(() => LabelFile.ReadIds([Csv("other.csv", "key\na\n")])).Should().Throw<DataException>().WithMessage("*no column id: it has key");
    }

    private static Action Reading(params string[] paths) => () => LabelFile.Read(paths);

    private string Csv(string name, string text)
    {
        File.WriteAllText(folder.File(name), text);
        return folder.File(name);
    }
}
