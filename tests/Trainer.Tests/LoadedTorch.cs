using System.Runtime.CompilerServices;
using ParquetPool.Trainer.Torch;

namespace ParquetPool.Trainer.Tests;

/// <summary>Loads libtorch as the programs do, before a test touches TorchSharp, which would look for it in its own way.</summary>
internal static class LoadedTorch
{
    [ModuleInitializer]
    internal static void Load() => TorchLibrary.Use();
}
