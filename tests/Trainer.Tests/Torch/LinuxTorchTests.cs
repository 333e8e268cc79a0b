using ParquetPool.Errors;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Torch;
using TorchSharp;

namespace ParquetPool.Trainer.Tests.Torch;

public class LinuxTorchTests
{
    [Fact]
    public void The_library_computes_here_with_one_number_of_threads()
    {
        TorchLibrary.Use().type.Should().Be(DeviceType.CPU);
        torch.get_num_threads().Should().Be(TorchLibrary.Threads);
        using var scope = torch.NewDisposeScope();
        torch.ones(2, 2).sum().item<float>().Should().Be(4);
    }

    [Fact]
    public void A_card_that_is_not_there_is_refused_with_the_remedy()
    {
        var use = () => TorchLibrary.Use(new Device(7));
        use.Should().Throw<UsageException>().WithMessage("--device cuda:7*");
    }

    [Fact]
    public void A_library_that_loads_is_loaded_as_it_is()
    {
        var loaded = new List<string>();
        LinuxTorch.Load("/lib/libLibTorchSharp.so", path => { loaded.Add(path); return 7; }).Should().Be(7);
        loaded.Should().Equal("/lib/libLibTorchSharp.so");
    }

    [Fact]
    public void A_library_that_needs_a_newer_cpp_library_is_loaded_from_a_copy_that_does_not()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        using var folder = new TestFolder();
        var path = folder.File("libLibTorchSharp.so");
        File.WriteAllBytes(path, SmallLibrary.Needing("GLIBCXX_3.4.31", "GLIBCXX_3.4.32"));
        var copy = Array.Empty<byte>();

        LinuxTorch.Load(path, file =>
        {
            if (file == path)
            {
                throw new DllNotFoundException("libstdc++.so.6: version `GLIBCXX_3.4.32' not found");
            }
            copy = File.ReadAllBytes(file);
            return 7;
        }).Should().Be(7);

        SmallLibrary.Flags(copy).Should().Equal(0, 2);
        SmallLibrary.Flags(File.ReadAllBytes(path)).Should().Equal([0, 0], "the file itself stays");
    }

    [Fact]
    public void Another_failure_is_passed_on()
    {
        var load = () => LinuxTorch.Load("/lib/libLibTorchSharp.so", _ => throw new DllNotFoundException("version `GLIBC_2.38' not found"));
        load.Should().Throw<DllNotFoundException>();
    }

    [Fact]
    public void A_version_that_is_not_needed_changes_nothing()
    {
        var library = SmallLibrary.Needing("GLIBCXX_3.4.31");
        VersionNeeds.Weaken(library, "GLIBCXX_3.4.32").Should().BeFalse();
        library.Should().Equal(SmallLibrary.Needing("GLIBCXX_3.4.31"));
    }
}
