using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Shards;
using ParquetPool.Trainer.Import;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Trainer.Tests.Import;

/// <summary>What the shards keep of an import, so that nobody says it twice.</summary>
public sealed class RememberedTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Images_of_an_idx_file_and_the_names_of_its_classes_are_remembered()
    {
        var options = Images() with { ClassNames = folder.Write("names.txt", "T-shirt\nTrouser\n\n") };

        Import(options).Image.Should().Be("2x3");

        var facts = PoolFacts.Of(ShardSet.Resolve([options.Shards.Out]));
        facts.Pictures.Should().Equal(new Dictionary<string, string> { ["features"] = "2x3" });
        facts.Classes.Should().Equal("T-shirt", "Trouser");
        Sources.ReadAll(options.Shards.Out).Select(row => row.Label).Should().Equal("Trouser", "T-shirt");
    }

    [Theory]
    [InlineData("(2, 4, 4)", null, "4x4")]
    [InlineData("(2, 16)", null, null)]
    [InlineData("(2, 16)", "2x8", "2x8")]
    public void Of_a_NumPy_array_of_bytes_its_shape_tells_or_the_user(string shape, string? said, string? remembered) =>
        Import(new ImportOptions { Source = new() { Npy = folder.Write("x.npy", Sources.Npy("|u1", shape, new byte[32])) }, Shards = new(folder.File("pool")), Image = said }).Image.Should().Be(remembered);

    [Fact]
    public void What_is_trained_on_the_shards_takes_their_images_as_they_are()
    {
        PictureFormat? Of(string? image)
        {
            Import(new ImportOptions { Source = new() { Npy = folder.Write("x.npy", Sources.Npy("|u1", "(2, 384)", new byte[768])) }, Shards = new(folder.File("pool")) { Force = true }, Image = image });
            return RememberedImport.Of(ShardSet.Resolve([folder.File("pool")]), [new VectorColumn("features", 384)]);
        }

        Of("8x48").Should().Be(new PictureFormat(1, 8, 48, ChannelsLast: false));
        Of("3x8x16").Should().Be(new PictureFormat(3, 8, 16, ChannelsLast: false));
        Of("8x16x3").Should().Be(new PictureFormat(3, 8, 16, ChannelsLast: true));
        Of(null).Should().BeNull();
    }

    [Theory]
    [InlineData("id,label,x\na,1,1\nb,2,1\n", "no label is below 1, so no row is of cat: where labels count from 1, give *names.txt without its first line")]
    [InlineData("id,label,x\na,0,1\nb,2,1\n", null)]
    [InlineData("id,label,x\na,dog,1\nb,owl,1\n", null)]
    public void Names_of_which_no_label_is_the_first_are_told(string rows, string? note)
    {
        var notes = Import(new ImportOptions { Source = new() { Csv = [folder.Write("a.csv", rows)] }, Shards = new(folder.File("pool")), ClassNames = folder.Write("names.txt", "cat\ndog\nowl\n") }).Notes;

        if (note is null)
        {
            notes.Should().BeNull();
        }
        else
        {
            notes.Should().ContainSingle().Which.Should().Match(note);
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Refused<DataException>(Images() with { ClassNames = folder.Write("few.txt", "T-shirt\n") }, "*label '1' is no class of*expected 0 to 0*");
        Refused<DataException>(Images() with { ClassNames = folder.Write("twice.txt", "Bag\nbag\n") }, "*alike in 2 lines*");
        Refused<DataException>(Images() with { ClassNames = folder.Write("gap.txt", "Bag\n\nHat\n") }, "*line 2 is empty*");
        Refused<DataException>(Images() with { ClassNames = folder.File("none.txt") }, "*none.txt*");
        foreach (var (text, told) in new[] { ("id,name\n0,Bag\n1,Hat\n", "rows of a table ('id,name')"), ("names:\n- Bag\n- Hat\n", "JSON, YAML"), ("item {\n name: Bag\n}\n", "JSON, YAML"), ("[\"Bag\",\"Hat\"]\n", "JSON, YAML"), ("0 Bag\n1 Hat\n", "lines begin with numbers ('0 Bag')") })
        {
            Refused<DataException>(Images() with { ClassNames = folder.Write("other.txt", text) }, $"*{told}*expected the name of a class on every line*");
        }
        Refused<UsageException>(Images() with { Image = "3x3" }, "*is 9 numbers and a row has 6*");
        Refused<UsageException>(Images() with { Image = "six" }, "*is no picture*");
    }

    private static void Refused<T>(ImportOptions options, string message)
        where T : Exception => FluentActions.Invoking(() => Import(options)).Should().Throw<T>().WithMessage(message);

    private ImportOptions Images() => new()
    {
        Source = new() { Idx = folder.Write("images", Sources.Idx([2, 2, 3], new byte[12])), IdxLabels = folder.Write("labels", Sources.Idx([2], [1, 0])) },
        Shards = new(folder.File("pool")) { Force = true },
    };

    private static ImportSummary Import(ImportOptions options) => ImportRun.Execute(options, ct: TestContext.Current.CancellationToken);
}
