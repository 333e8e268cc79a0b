using ParquetPool.Collections;

namespace ParquetPool.Shared.Tests.Collections;

public class SplitRuleTests
{
    [Theory]
    [InlineData("train/cat/1.jpg", "train")]
    [InlineData("my-training-set/cat/1.jpg", "train")]
    [InlineData("VAL/1.jpg", "validation")]
    [InlineData("data/dev_2/1.jpg", "validation")]
    [InlineData("eval/train/1.jpg", "test")]
    [InlineData("test-00000-of-00001", "test")]
    [InlineData("train1.jpg", "train")]
    [InlineData("split=train/1.jpg", "train")]
    [InlineData("validity/1.jpg", null)]
    [InlineData("contest/1.jpg", null)]
    [InlineData("trainer.jpg", null)]
    public void NamesTellTheSplit(string id, string? split) => new SplitRule([id]).Of(id)?.Split.Should().Be(split);

    [Fact]
    public void WhereAFolderIsCalledSoFilesCountNothing()
    {
        string[] ids = ["train/a.jpg", "train/test.jpg", "other/test.jpg"];
        var rule = new SplitRule(ids);

        ids.Select(id => rule.Of(id)?.Split).Should().Equal("train", "train", null);
    }

    [Fact]
    public void LabelsAreFoldersOfOneDepth()
    {
        Labels("train/cat/1.jpg", "train/dog/2.jpg", "test/cat/3.jpg").Classes.Should().Equal("cat", "dog");
        Labels("cat/1.jpg", "cat/2.jpg").Classes.Should().BeEmpty();
        Labels("cat/1.jpg", "dog/2.jpg", "3.jpg").Classes.Should().BeEmpty();
        Labels("cat/1.jpg", "dog/2.jpg", "3.jpg").Depths.Should().Equal(0, 1);

    }

    [Fact]
    public void OfFoldersThatNameAColumnTheValueIsTheLabel()
    {
        Labels("split=train/class=cat/1.jpg", "split=test/class=dog/2.jpg").Classes.Should().Equal("cat", "dog");
        Labels("Label=cat/fold=1/1.jpg", "Label=dog/fold=1/2.jpg").Classes.Should().Equal("cat", "dog");
        Labels("=cat/1.jpg", "b=/2.jpg").Classes.Should().Equal("=cat", "b=");
    }

    [Fact]
    public void WhereFoldersAboveMightBeTheClassesThatIsSaid()
    {
        Labels("cat/front/1.jpg", "cat/back/2.jpg", "dog/front/3.jpg").Note.Should().StartWith("labels are the innermost folders (back, front), not those above them (cat, dog)");
        Labels("2024/front/1.jpg", "2024/back/2.jpg").Note.Should().BeNull();
        Labels("train/cat/1.jpg", "test/dog/2.jpg").Note.Should().BeNull();
    }

    private static FolderLabels Labels(params string[] ids) => new(ids, new(ids));
}
