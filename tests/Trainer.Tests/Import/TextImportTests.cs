using System.Text;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Texts;
using ParquetPool.Trainer.Import;
using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Tests.Import;

public sealed class TextImportTests : IDisposable
{
    private const string ClassLabel = """{"info":{"features":{"label":{"names":["card","money"],"_type":"ClassLabel"}}}}""";

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_assumed_of_a_table_is_told()
    {
        var file = folder.Write("a.csv", "docId,text,split,label\n7,one,train,x\n8,nan,test,nan\n9,None,test,y\n");

        var summary = Import(new() { Source = new() { Texts = [file] }, Shards = new(folder.File("pool")) });

        summary.Classes.Should().Be(2, "nan is no class");
        summary.Notes.Should().Equal(
            "no column is called id, so rows are counted: a-0 and so on; where the column 'docId' names them, call it id",
            $"{file}: the column split is not read, and the files' names tell the splits: a",
            "2 texts are a word for a missing one, such as nan, and are taken as they are");
    }

    [Fact]
    public void Files_of_every_kind_follow_one_another_and_their_names_tell_the_splits()
    {
        folder.File("data", "x");
        folder.Write("data/train-00000-of-00002.csv", "text,label\nmy card,card\n");
        folder.Write("data/train-00001-of-00002.jsonl", """
            {"text": "lost \u00e9", "label": "card", "more": [1]}

            {"text": 12, "label": null}
            """);
        Parquet("data/dev.parquet");
        WriteArrow("data/eval.arrow", isFile: false);
        folder.Write("data/_notes.csv", "a\n1\n");

        Import(new() { Source = new() { Texts = [folder.File("data")] }, Shards = new(folder.File("pool")) }).Should().BeEquivalentTo(new { Rows = 7, Shards = 3, Width = 1024, Rejected = 2, Splits = new[] { "test", "train", "validation" } });
        folder.Files().Should().Contain(["pool/test-00000.parquet", "pool/train-00000.parquet", "pool/validation-00000.parquet"]);

        Table("text", "label", "split").Should().Equal(
            "drei|card|test", "vier||test", "my card|card|train", "lost é|card|train", "12||train", "one|money|validation", "two||validation");
        Table("id").Should().StartWith("data-2").And.OnlyHaveUniqueItems();
        File.ReadAllLines(folder.File("pool", "data-rejects.csv")).Should().Equal("file,row,reason", $"{folder.File("data/dev.parquet")},3,no text", $"{folder.File("data/eval.arrow")},3,no text");
    }

    [Fact]
    public void What_Python_writes_for_no_number_is_no_value()
    {
        folder.Write("a.jsonl", """
            {"text": "NaN is a \"NaN\"", "label": "NaN", "score": NaN}
            {"text": "far", "label": NaN, "score": -Infinity}
            {"text": NaN, "label": "b", "score": 1}
            """);

        Import(new() { Source = new() { Texts = [folder.File("a.jsonl")] }, Shards = new(folder.File("pool")) }).Should().BeEquivalentTo(new { Rows = 2, Rejected = 1 });

        Table("text", "label").Should().Equal("NaN is a \"NaN\"|NaN", "far|");
    }

    [Theory]
    [InlineData("train.csv", "train")]
    [InlineData("a/training/b.csv", "train")]
    [InlineData("my_dev.csv", "validation")]
    [InlineData("valid-00000-of-00001-abc.parquet", "validation")]
    [InlineData("data/eval2.jsonl", "test")]
    [InlineData("train/test.csv", "test")]
    [InlineData("TEST.csv", "test")]
    [InlineData("latest.csv", null)]
    [InlineData("trainers.csv", null)]
    public void A_split_is_a_word_of_the_name(string path, string? split) => SplitName.Of(path).Should().Be(split);

    [Fact]
    public void An_Arrow_file_is_read_like_a_stream()
    {
        WriteArrow("a.arrow", isFile: true);

        Import(new() { Source = new() { Texts = [folder.File("a.arrow")] }, Shards = new(folder.File("pool")) }).Should().BeEquivalentTo(new { Rows = 2, Rejected = 1 });

        Table("text", "label", "split").Should().Equal("drei|card|a", "vier||a");
    }

    [Fact]
    public void A_damaged_Arrow_file_is_told_in_one_line()
    {
        WriteArrow("a.arrow", isFile: false);
        var bytes = File.ReadAllBytes(folder.File("a.arrow"));
        foreach (var cut in new[] { 0, 5, 40, bytes.Length / 2, bytes.Length - 30 })
        {
            folder.Write("cut.arrow", bytes[..cut]);
            FluentActions.Invoking(() => Import(new() { Source = new() { Texts = [folder.File("cut.arrow")] }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>();
        }
        for (var at = 0; at < bytes.Length; at += 13)
        {
            var other = bytes.ToArray();
            other[at] ^= 0x5A;
            folder.Write("other.arrow", other);
            try
            {
                Import(new() { Source = new() { Texts = [folder.File("other.arrow")] }, Shards = new(folder.File("pool")) { Force = true } });
            }
            catch (DataException)
            {
                // Told; what the byte has not damaged is read.
            }
        }
    }

    [Fact]
    public void An_encoder_adds_a_column_and_the_footer_tells_which()
    {
        var encoder = MadeEncoder.In(folder);
        var file = folder.Write("q.csv", "id,text,label\na,my card is lost,card\nb,where is my money,money\n");

        Import(new() { Source = new() { Texts = [file] }, Shards = new(folder.File("pool")), Encoder = encoder }).Should().BeEquivalentTo(new { Rows = 2, Width = 1024, EmbeddingWidth = MadeEncoder.Width });
        Import(new() { Source = new() { Csv = [file], Text = new() { Column = "text" } }, Shards = new(folder.File("words")), Encoder = encoder });

        var shards = ShardSet.Resolve([folder.File("pool")]);
        shards.VectorWidth("embedding").Should().Be(MadeEncoder.Width);
        EncodedColumn.Of(PoolFacts.Of(shards), "embedding").Should().BeEquivalentTo(new { Encoder = encoder });
        EncodedColumn.Of(PoolFacts.Of(shards), "features")!.Encoder.Should().Be("text-grams:characters");
        EncodedColumn.Of(PoolFacts.Of(ShardSet.Resolve([folder.File("words")])), "features")!.Encoder.Should().Be("text-grams:words");
        ShardSet.Resolve([folder.File("words")]).VectorWidth("embedding").Should().Be(MadeEncoder.Width);
        var bytes = File.ReadAllBytes(shards[0].Path);
        Import(new() { Source = new() { Texts = [file] }, Shards = new(folder.File("again")), Encoder = encoder });
        File.ReadAllBytes(folder.File("again", "q-00000.parquet")).Should().Equal(bytes);
    }

    [Theory]
    [InlineData("a.jsonl", "{\"text\": \"a\"}\n{\"text\": \n", "*a.jsonl: line 2: not JSON*")]
    [InlineData("a.jsonl", "[1]\n", "*a.jsonl: line 1: not an object*")]
    [InlineData("a.jsonl", "{\"body\": \"a\"}\n", "*a.jsonl: no column text: it has body: name one with --text-column")]
    [InlineData("a.csv", "text\n\n \n", "a: none of 2 rows can be used; the first: *a.csv: row 1: no text: mend the rows, or name another column with --text-column")]
    [InlineData("a.jsonl", "\n", "*a.jsonl: empty, expected an object on each line*")]
    [InlineData("a.jsonl", "{\"text\": \"a\", \"label\": [1]}\n", "*a.jsonl: line 1: label is a list, expected text*")]
    [InlineData("a.arrow", "text\nabc\n", "*a.arrow: not a readable Arrow file or stream*")]
    [InlineData("a.parquet", "PAR1 no", "*a.parquet: not a readable*")]
    public void What_is_wrong_with_a_file_is_told(string name, string text, string message)
    {
        FluentActions.Invoking(() => Import(new() { Source = new() { Texts = [folder.Write(name, text)] }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>().WithMessage(message);

        folder.Files().Should().NotContain(file => file.StartsWith("pool") && file.EndsWith(".parquet"));
    }

    [Fact]
    public void A_column_that_begins_late_is_read_and_half_characters_are_none()
    {
        var lines = Enumerable.Range(0, 150).Select(i => i < 120 ? $$"""{"text": "t{{i}}", "\ud800": 1}""" : $$"""{"text": "t{{i}}", "label": "late"}""");
        folder.Write("a.jsonl", "\uFEFF" + string.Join('\n', lines.Append("""{"text": ["no", "text"]}""")));

        Import(new() { Source = new() { Texts = [folder.File("a.jsonl")] }, Shards = new(folder.File("pool")) }).Should().BeEquivalentTo(new { Rows = 150, Classes = 1, Rejected = 1 });

        Table("text", "label").Should().StartWith("t0|").And.EndWith("t149|late");
    }

    [Fact]
    public void Bytes_that_are_no_characters_are_told_by_their_line_and_a_cut_file_is_not_whole()
    {
        byte[] lines = [.. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 2000).Select(i => $$"""{"text": "line {{i}}"}""" + "\n")))];
        Refused("a.jsonl", [.. lines, .. "{\"text\": \""u8, 0xE9, .. "\"}\n"u8], "*a.jsonl: line 2001: not UTF-8: save it in UTF-8");
        Refused("a.jsonl", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("{}\n")], "*a.jsonl: in UTF-16, expected UTF-8*");
        Refused("a.jsonl.gz", Sources.Gzip(lines)[..^40], "*a.jsonl.gz: not a whole gzip file*");

        void Refused(string name, byte[] bytes, string message) =>
            FluentActions.Invoking(() => Import(new() { Source = new() { Texts = [folder.Write(name, bytes)] }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>().WithMessage(message);
    }

    [Fact]
    public void An_id_that_stands_twice_is_told_with_both_places()
    {
        string[] files = [folder.Write("train.csv", "id,text\na,x\nb,y\n"), folder.Write("test.csv", "id,text\nc,\na,z\n")];

        FluentActions.Invoking(() => Import(new() { Source = new() { Texts = files }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>().WithMessage($"id a stands twice, in {files[0]}: row 1 and in {files[1]}: row 2, expected each once*");
        FluentActions.Invoking(() => Import(new() { Source = new() { Csv = files, Text = new() { Column = "text" } }, Shards = new(folder.File("pool")) { Rows = 2 } })).Should().Throw<DataException>().WithMessage($"id a stands twice, in {files[0]}: line 2 and in {files[1]}: line 3*");
        folder.Files().Should().BeEquivalentTo("train.csv", "test.csv");
    }

    [Fact]
    public void Only_what_was_named_tells_the_split()
    {
        folder.Write("dev/.q.jsonl", """{"text": "x"}""");
        folder.Write("dev/sub/r.jsonl", """{"text": "y"}""");

        Import(new() { Source = new() { Texts = [folder.File("dev/.q.jsonl")] }, Shards = new(folder.File("pool")) });
        Table("text", "split").Should().Equal("x|q");
        Import(new() { Source = new() { Texts = [folder.File("dev/sub") + "/."] }, Shards = new(folder.File("pool")) { Force = true } });
        Import(new() { Source = new() { Texts = [folder.File("dev") + "/"] }, Shards = new(folder.File("other")) });

        folder.Files().Should().Contain(["pool/q-00000.parquet", "pool/sub-00000.parquet", "other/validation-00000.parquet"]);
        TextTable.Read(folder.File("other/validation-00000.parquet"), "split").Should().ContainSingle().Which.Should().Equal("validation");
    }

    [Fact]
    public void A_folder_without_texts_and_files_of_which_some_have_ids_are_told()
    {
        Directory.CreateDirectory(folder.File("empty"));
        FluentActions.Invoking(() => Import(new() { Source = new() { Texts = [folder.File("empty")] }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>().WithMessage("*empty: no file of texts*");
        string[] files = [folder.Write("a.csv", "id,text\n1,x\n"), folder.Write("b.csv", "text\nx\n")];
        FluentActions.Invoking(() => Import(new() { Source = new() { Texts = files }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>().WithMessage("*b.csv: no column id, which *a.csv has*");
        FluentActions.Invoking(() => Import(new() { Source = new() { Texts = files, Csv = files }, Shards = new(folder.File("pool")) })).Should().Throw<UsageException>();
    }

    private void Parquet(string name)
    {
        using var duckDb = new DuckDb();
        duckDb.Execute($"COPY (SELECT * FROM (VALUES ('one', 1), ('two', -1), (NULL, 0)) AS rows(text, label)) TO {Sql.Text(folder.File(name))} (FORMAT parquet, KV_METADATA {{huggingface: {Sql.Text(ClassLabel)}}})");
    }

    private void WriteArrow(string name, bool isFile)
    {
        var schema = new Schema([new Field("text", StringType.Default, true), new Field("label", Int64Type.Default, true)], [new("huggingface", ClassLabel)]);
        using var batch = new RecordBatch(schema, [new StringArray.Builder().Append("drei").Append("vier").AppendNull().Build(), new Int64Array.Builder().Append(0).Append(-1).Append(1).Build()], 3);
        using var file = File.Create(folder.File(name));
        using var writer = isFile ? new ArrowFileWriter(file, schema) : new ArrowStreamWriter(file, schema);
        writer.WriteRecordBatch(batch);
        writer.WriteEnd();
    }

    private List<string> Table(params string[] columns) =>
        [.. Directory.GetFiles(folder.File("pool"), "*.parquet").Order(StringComparer.Ordinal).SelectMany(path => TextTable.Read(path, columns)).Select(row => string.Join('|', row))];

    private static ImportSummary Import(ImportOptions options) => ImportRun.Execute(options, ct: TestContext.Current.CancellationToken);
}
