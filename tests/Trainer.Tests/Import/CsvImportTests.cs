using System.Text;
using ParquetPool.Errors;
using ParquetPool.Grams;
using ParquetPool.Texts;
using ParquetPool.Trainer.Import;

namespace ParquetPool.Trainer.Tests.Import;

public sealed class CsvImportTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Columns_become_features_in_file_order_with_id_and_label_apart()
    {
        var summary = Import(new() { Source = new() { Csv = [folder.Write("digits.csv", "x,id,class,y\n1,a,cat,2.5\n-3e2,b,,+0.25\n")], LabelColumn = "class" }, Shards = new(folder.File("pool")) });

        summary.Should().Be(new ImportSummary(2, 1, 2, 1));
        var rows = Sources.ReadAll(folder.File("pool"));
        rows.Select(row => (row.Shard, row.Id, row.Label)).Should().Equal(("digits-00000", "a", "cat"), ("digits-00000", "b", null));
        rows.SelectMany(row => row.Features).Should().Equal(1, 2.5f, -300, 0.25f);
    }

    [Theory]
    [InlineData("ID,x\n7,1\n", "7")]
    [InlineData("x,Row_Id\n1,7\n", "7")]
    [InlineData("id,x,row_id\n7,1,8\n", "7")]
    public void An_id_is_known_by_its_name_in_any_case(string text, string id)
    {
        Import(new() { Source = new() { Csv = [folder.Write("a.csv", text)] }, Shards = new(folder.File("pool")) }).Notes.Should().BeNull();

        Sources.ReadAll(folder.File("pool")).Select(row => row.Id).Should().Equal(id);
    }

    [Theory]
    [InlineData("id,x,target\n1,1,0\n", "*column 'target' is named as labels are and would be a feature beside no label*--label-column 'target'*")]
    [InlineData("id,x,label,Label\n1,1,a,0\n", "*column 'Label' is named as labels are and would be a feature beside the label label*")]
    [InlineData("x,ID,row_id\n1,1,0\n", "*columns ID and row_id may name the rows*")]
    public void Labels_and_ids_are_no_features(string text, string told) =>
        FluentActions.Invoking(() => Import(new() { Source = new() { Csv = [folder.Write("a.csv", text)] }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>().WithMessage(told);

    [Theory]
    [InlineData("id,x\na,1.953\nb,424\n", "column 'x': numbers such as 1.953 beside 424 are read as decimals; where the point parts thousands, write 1953")]
    [InlineData("id,x\na,1.953\nb,424\nc,0.5\n", null)]
    [InlineData("id,x\na,1.953\nb,4240\n", null)]
    [InlineData("id,x\na,0.953\nb,424\n", null)]
    [InlineData("id,x\na,1.953\nb,2.124\n", null)]
    [InlineData("customer_id,x\n8,1\n9,424\n", "no column is called id, so rows are counted: a-0 and so on; where the column 'customer_id' names them, call it id")]
    [InlineData("paid,x\n8,1\n9,424\n", null)]
    public void What_was_assumed_of_numbers_is_told(string text, string? note) =>
        (Import(new() { Source = new() { Csv = [folder.Write("a.csv", text)] }, Shards = new(folder.File("pool")) }).Notes ?? []).Should().Equal(note is null ? [] : [note]);

    [Theory]
    [InlineData("label,x\ncat,1\ndog,2\n")]
    [InlineData("x;label\r\n1;cat\r\n\r\n2;dog")]
    [InlineData("\uFEFF\"x\"\t\"label\"\n\"1\"\tcat\n2\t\"dog\"\n")]
    public void The_usual_forms_are_read_and_a_column_label_is_the_label(string text)
    {
        Import(new() { Source = new() { Csv = [folder.Write("a.csv", text)] }, Shards = new(folder.File("pool")) { Split = "train" } }).Should().Be(new ImportSummary(2, 1, 1, 2));

        Sources.ReadAll(folder.File("pool")).Select(row => (row.Id, row.Features[0], row.Label)).Should().Equal(("train-0", 1f, "cat"), ("train-1", 2f, "dog"));
    }

    [Fact]
    public void A_text_becomes_its_hashed_words_and_pairs_of_words()
    {
        var file = folder.Write("q.csv", "text,category,note\n\"Where's my CARD?\",card,x\nwhere's - my card,card,y\nmy card where's,,z\n!,none,w\n");

        var summary = Import(new() { Source = new() { Csv = [file], LabelColumn = "category", Text = new() { Column = "text", Width = 64 } }, Shards = new(folder.File("pool")) });

        (summary with { DistinctFeatures = null }).Should().Be(new ImportSummary(4, 1, 64, 2));
        var rows = Sources.ReadAll(folder.File("pool"));
        summary.DistinctFeatures.Should().Be(rows.Sum(r => r.Features.Count(f => f != 0)) / 4.0);
        rows[1].Features.Should().Equal(rows[0].Features, "case and signs count for nothing");
        rows[2].Features.Should().NotEqual(rows[0].Features, "the order of words counts");
        rows.Take(3).Should().OnlyContain(r => Math.Abs(r.Features.Sum(f => f * f) - 1) < 1e-6);
        rows[3].Features.Should().OnlyContain(f => f == 0, "there is no word");
        rows[0].Features.Count(f => f != 0).Should().BeLessThanOrEqualTo(5);
        TextTable.Read(Directory.GetFiles(folder.File("pool"), "*.parquet").Single(), "text").Select(r => r[0]).First().Should().Be("Where's my CARD?");
    }

    [Fact]
    public void A_text_in_another_encoding_is_not_read_as_question_marks()
    {
        File.WriteAllBytes(folder.File("latin.csv"), Encoding.Latin1.GetBytes("text\nplain\ncafé\n"));

        FluentActions.Invoking(() => Import(new() { Source = new() { Csv = [folder.File("latin.csv")], Text = new() { Column = "text" } }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>().WithMessage("*latin.csv: line 3: column 'text' is not UTF-8*");
    }

    [Fact]
    public void Texts_with_accents_written_in_two_ways_get_the_same_features()
    {
        var file = folder.Write("q.csv", "text\nCafé crème\nCafe\u0301 cre\u0300me\n");

        Import(new() { Source = new() { Csv = [file], Text = new() { Column = "text", Width = 64 } }, Shards = new(folder.File("pool")) });

        var rows = Sources.ReadAll(folder.File("pool"));
        rows[1].Features.Should().Equal(rows[0].Features);
        TextTable.Read(Directory.GetFiles(folder.File("pool"), "*.parquet").Single(), "text").Select(r => r[0]).Should().OnlyHaveUniqueItems("the texts stay as they were given");
    }

    [Fact]
    public void The_hash_of_a_text_never_changes()
    {
        var features = new float[16];

        HashedText.Fill("lost card", TextGramKind.Words, features).Should().Be(3);

        // FNV-1a of "lost", "card" and "lost card", worked out apart.
        features.Index().Where(f => f.Item != 0).Select(f => (f.Index, Math.Sign(f.Item))).Should().Equal((1, -1), (7, -1), (13, -1));
    }

    [Fact]
    public void Several_files_follow_one_another_and_the_index_goes_on()
    {
        string[] files = [folder.Write("b.csv", "x,y\n1,2\n3,4\n"), folder.Write("none.csv", "x,y\n"), folder.Write("a.csv.gz", Sources.Gzip("x,y\n5,6\n"u8.ToArray()))];

        Import(new() { Source = new() { Csv = files }, Shards = new(folder.File("pool")) { Rows = 2 } }).Should().Be(new ImportSummary(3, 2, 2, null));

        Sources.ReadAll(folder.File("pool")).Select(row => (row.Shard, row.Id, row.Features[0])).Should().Equal(("b-00000", "b-0", 1f), ("b-00000", "b-1", 3f), ("b-00001", "b-2", 5f));
    }

    [Fact]
    public void Columns_can_be_skipped_and_repeated_names_are_told_apart()
    {
        var file = folder.Write("a.csv", "0,note,1,0\n1,hello,2,7\n");

        Import(new() { Source = new() { Csv = [file], LabelColumn = "0.1", SkipColumns = ["note"] }, Shards = new(folder.File("pool")) }).Should().Be(new ImportSummary(1, 1, 2, 1));

        Sources.ReadAll(folder.File("pool")).Single().Should().Match<Sources.Row>(row => row.Label == "7" && row.Features[1] == 2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Unnamed: 0")]
    public void Row_numbers_that_were_saved_with_a_table_are_no_feature_without_a_word(string name)
    {
        var file = folder.Write("a.csv", $"{name},id,x\n0,a,2\n1,b,3\n");
        int Width(params string[] skipped) => Import(new() { Source = new() { Csv = [file], SkipColumns = skipped }, Shards = new(folder.File("pool")) }).Width;

        FluentActions.Invoking(() => Width()).Should().Throw<DataException>().WithMessage($"*a.csv: column 1 has no name*--skip-column '{name}'");
        Width(name).Should().Be(1);
    }

    [Theory]
    [InlineData("x,y\n1,2\n3,many\n", "*a.csv: line 3: column 'y': 'many' is not a finite number: mend it, or leave the column out with --skip-column")]
    [InlineData("x,y\n1,\n", "*a.csv: line 2: column 'y': '' is not a finite number*")]
    [InlineData("x,y\n1,nan\n", "*a.csv: line 2: column 'y': 'nan' is not a finite number*")]
    [InlineData("x,y\n\"1\n\",2\n3,z\n", "*a.csv: line 4: column 'y'*")]
    [InlineData("x,y\n1,2\n3\n", "*a.csv: line 3: *check the separators*")]
    [InlineData("x,y\n1,\"2\n3,4\n", "*a.csv: line 2: *check the separators and quotes")]
    [InlineData("x,id\n1,a\n2,\n", "*a.csv: line 3: id is empty*")]
    [InlineData("id,label\na,b\n", "*a.csv: no column is left for the features: it has id, label")]
    [InlineData("x,y\n", "*no rows*")]
    [InlineData("", "*a.csv: empty*")]
    public void A_file_that_cannot_be_imported_says_where_and_what(string text, string message)
    {
        var importing = () => Import(new() { Source = new() { Csv = [folder.Write("a.csv", text)] }, Shards = new(folder.File("pool")) });

        importing.Should().Throw<DataException>().WithMessage(message);
        folder.Files().Should().Equal("a.csv");
    }

    [Fact]
    public void Headers_must_agree_and_named_columns_exist()
    {
        var first = folder.Write("a.csv", "x,y\n1,2\n");
        var second = folder.Write("b.csv", "y,x\n1,2\n");

        FluentActions.Invoking(() => Import(new() { Source = new() { Csv = [first, second] }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>().WithMessage("*b.csv: header y,x, expected x,y as in the first file*");
        FluentActions.Invoking(() => Import(new() { Source = new() { Csv = [first], LabelColumn = "class" }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>().WithMessage("*a.csv: no column 'class': it has x, y");
        FluentActions.Invoking(() => Import(new() { Source = new() { Csv = [first], SkipColumns = ["z"] }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>().WithMessage("*a.csv: no column 'z': it has x, y");
    }

    [Fact]
    public void A_label_column_whose_name_stands_twice_must_be_told_apart()
    {
        var file = folder.Write("a.csv", "0,1,0\n5,6,a\n7,8,b\n");

        FluentActions.Invoking(() => Import(new() { Source = new() { Csv = [file], LabelColumn = "0" }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>().WithMessage("*'0' heads more than one column*'0.1'*");
        Import(new() { Source = new() { Csv = [file], LabelColumn = "0.1" }, Shards = new(folder.File("pool")) }).Classes.Should().Be(2);
    }

    private static ImportSummary Import(ImportOptions options) => ImportRun.Execute(options, ct: TestContext.Current.CancellationToken);
}
