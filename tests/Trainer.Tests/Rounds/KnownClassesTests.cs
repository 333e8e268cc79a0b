using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Trainer.Tests.Rounds;

public sealed class KnownClassesTests
{
    [Theory]
    [InlineData("0", "cat", "they count classes by some order, as of 0 cat: hand back names; ")]
    [InlineData("LABEL_0", "cat", "they count classes by some order, as of 0 cat: hand back names; ")]
    [InlineData("LABEL_0", "0", "'LABEL_0' may be meant for '0': mend these labels; ")]
    [InlineData("owl", "cat", "")]
    public void Numbers_that_are_left_out_beside_names_are_told_what_they_are(string label, string known, string why) =>
        KnownClasses.LeftOut([new(label, 3)], [known]).Should().Be($"3 labels are left out, of classes that are new to the task: {label} (3); {why}--new-classes admits them as they are");
}
