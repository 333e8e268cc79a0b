using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Transfer;

/// <summary>An encoder as the front of a graph whose head was trained on its vectors.</summary>
internal interface IEncoderFront : IDisposable
{
    /// <summary>The column that it takes.</summary>
    ModelInput Input { get; }

    /// <summary>From <see cref="Input"/> to one output, [batch, numbers of a vector]; the names of its values are nobody else's.</summary>
    /// <exception cref="DataException">The encoder cannot be joined.</exception>
    ModelProto Graph();

    /// <summary>Made-up rows of <see cref="Input"/>, and the vectors that the encoder makes of the same pictures or texts when it runs alone.</summary>
    (float[] Rows, float[] Vectors, int Count) Made();

    /// <summary>Lays what makes rows of new pictures or texts into a model's folder, where the manifest does not say it.</summary>
    void Lay(string folder);
}
