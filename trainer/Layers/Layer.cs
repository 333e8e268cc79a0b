using System.Text.Json.Serialization;
using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>One entry of a network's <c>layers</c>: its settings, and how it is written as nodes of the graph. docs/networks.md lists the kinds.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Dense), "dense")]
[JsonDerivedType(typeof(Conv), "conv")]
[JsonDerivedType(typeof(ConvTranspose), "convTranspose")]
[JsonDerivedType(typeof(Pool), "pool")]
[JsonDerivedType(typeof(GlobalAveragePool), "globalAveragePool")]
[JsonDerivedType(typeof(TokenEmbedding), "embedding")]
[JsonDerivedType(typeof(ToSequence), "sequence")]
[JsonDerivedType(typeof(Positions), "positions")]
[JsonDerivedType(typeof(Lstm), "lstm")]
[JsonDerivedType(typeof(Gru), "gru")]
[JsonDerivedType(typeof(Attention), "attention")]
[JsonDerivedType(typeof(PoolSequence), "poolSequence")]
[JsonDerivedType(typeof(LayerNorm), "layerNorm")]
[JsonDerivedType(typeof(GroupNorm), "groupNorm")]
[JsonDerivedType(typeof(ActivationLayer), "activation")]
[JsonDerivedType(typeof(UnitDropout), "dropout")]
[JsonDerivedType(typeof(ChannelDropout), "channelDropout")]
[JsonDerivedType(typeof(LockedDropout), "lockedDropout")]
[JsonDerivedType(typeof(Residual), "residual")]
[JsonDerivedType(typeof(Ode), "ode")]
[JsonDerivedType(typeof(RandomWire), "randomWire")]
[JsonDerivedType(typeof(Flatten), "flatten")]
internal abstract record Layer
{
    private static readonly JsonDerivedTypeAttribute[] Derived = [.. typeof(Layer).GetCustomAttributes(typeof(JsonDerivedTypeAttribute), false).Cast<JsonDerivedTypeAttribute>()];

    /// <summary>The names of the kinds, in the order of the documentation.</summary>
    internal static IReadOnlyList<string> Kinds { get; } = [.. Derived.Select(a => (string)a.TypeDiscriminator!)];

    /// <summary>The name of the layer's kind.</summary>
    [JsonIgnore]
    internal string TypeName => (string)Derived.First(a => a.DerivedType == GetType()).TypeDiscriminator!;

    /// <summary>The first setting out of range with what was expected; null where all is well.</summary>
    internal virtual string? Problem => null;

    /// <summary>The share of units, channels or weights that the layer drops; 0 for none.</summary>
    internal virtual float DropoutRate => 0;

    /// <summary>What a row is before the layer; <see cref="RowKind.Any"/> where the layers around it decide.</summary>
    internal virtual RowKind Takes => RowKind.Any;

    /// <summary>The layer itself and those inside it.</summary>
    internal virtual IEnumerable<Layer> Parts => [this];

    /// <summary>The same layer with another dropout rate; a layer that drops nothing stays as it is.</summary>
    internal virtual Layer WithDropout(float rate) => this;

    /// <summary>Adds the layer's nodes.</summary>
    /// <exception cref="Errors.DataException">It does not fit what comes before it; says both.</exception>
    internal abstract void Write(LayerWriter layers);
}

/// <summary>Layers one after another.</summary>
internal static class LayerSequence
{
    /// <summary>Adds a layer.</summary>
    /// <exception cref="Errors.DataException">It does not fit what comes before it.</exception>
    public static void Add(this LayerWriter layers, Layer layer) => layer.Write(layers);
}
