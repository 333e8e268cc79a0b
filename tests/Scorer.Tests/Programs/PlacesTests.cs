using ParquetPool.Scorer.Programs;

namespace ParquetPool.Scorer.Tests.Programs;

public class PlacesTests
{
    [Fact]
    public void TheLowestGapThatIsWideEnoughIsTaken()
    {
        var places = new Places(10);
        places.Take(4).Should().Be(10);
        places.Take(6).Should().Be(14);
        places.Take(2).Should().Be(20);

        places.KeepOnly(new HashSet<int> { 21 });

        places.Take(11).Should().Be(22);
        places.Take(10).Should().Be(10);
        places.End.Should().Be(33);
    }

    [Fact]
    public void APlaceThatIsStillReadKeepsItsNeighboursOfTheSameValue()
    {
        var places = new Places(3);
        places.Take(5);
        places.KeepOnly(new HashSet<int> { 7 });
        places.Take(5).Should().Be(8);
    }
}
