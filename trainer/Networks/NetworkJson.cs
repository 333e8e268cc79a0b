using System.Text.Json;
using System.Text.Json.Serialization;
using ParquetPool.Storage;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;

namespace ParquetPool.Trainer.Networks;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(EnumNames<ActivationKind>), typeof(EnumNames<PoolKind>), typeof(EnumNames<SequencePoolKind>), typeof(EnumNames<RecurrentOutput>), typeof(EnumNames<OdeMethod>), typeof(EnumNames<WiringKind>)],
    AllowOutOfOrderMetadataProperties = true,
    AllowTrailingCommas = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(NetworkSpec))]
internal sealed partial class NetworkJson : JsonSerializerContext;
