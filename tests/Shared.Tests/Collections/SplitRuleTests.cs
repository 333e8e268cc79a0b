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

        static FolderLabels Labels(params string[] ids) => new(ids, new(ids));
    }
}
