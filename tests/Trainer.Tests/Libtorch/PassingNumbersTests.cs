using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace ParquetPool.Trainer.Tests.Libtorch;

/// <summary>Looks into the compiled trainer for calls that would let a number be finalised while libtorch reads it: see <c>Scalars</c>.</summary>
public sealed class PassingNumbersTests
{
    private const byte Call = 0x28;
    private const int CallBytes = 5;

    /// <summary>TorchSharp's own, but for the call of a script, which makes numbers of those arguments only that are none yet.</summary>
    [Fact]
    public void NothingIsCalledThatMakesANumberInPassing()
    {
        using var torch = Open("TorchSharp");
        using var trainer = Open("trainer");
        var making = MethodsThatMakeNumbers(torch, torch.GetMetadataReader());
        making.Should().Contain("torch.Tensor.add(Tensor)", "otherwise they are not found");
        var metadata = trainer.GetMetadataReader();

        var called = metadata.MemberReferences.Select(metadata.GetMemberReference).Where(member => member.GetKind() == MemberReferenceKind.Method)
            .Select(member => $"{NameOf(metadata, member.Parent)}.{metadata.GetString(member.Name)}{Parameters(metadata, member.Signature)}").ToList();

        called.Should().Contain(name => name.StartsWith("torch.Tensor.", StringComparison.Ordinal)).And.NotIntersectWith(making);
    }

    private static PEReader Open(string assembly) => new(File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll")));

    private static HashSet<string> MethodsThatMakeNumbers(PEReader file, MetadataReader metadata)
    {
        var names = metadata.MethodDefinitions.ToDictionary(handle => MetadataTokens.GetToken(handle), handle => NameOf(metadata, metadata.GetMethodDefinition(handle)));
        var conversions = names.Where(method => method.Value.StartsWith("Scalar.op_Implicit(", StringComparison.Ordinal) || method.Value.StartsWith("ScalarExtensionMethods.ToScalar(", StringComparison.Ordinal)).Select(method => method.Key).ToHashSet();
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var handle in metadata.MethodDefinitions)
        {
            if (metadata.GetMethodDefinition(handle).RelativeVirtualAddress is not 0 and var address && names[MetadataTokens.GetToken(handle)] is var name && !name.StartsWith("Scalar.", StringComparison.Ordinal))
            {
                var code = file.GetMethodBody(address).GetILBytes()!;
                if (Enumerable.Range(0, Math.Max(code.Length - CallBytes + 1, 0)).Any(at => code[at] == Call && conversions.Contains(BitConverter.ToInt32(code, at + 1))))
                {
                    found.Add(name);
                }
            }
        }
        return found;
    }

    private static string NameOf(MetadataReader metadata, MethodDefinition method) => $"{NameOf(metadata, method.GetDeclaringType())}.{metadata.GetString(method.Name)}{Parameters(metadata, method.Signature)}";

    private static string NameOf(MetadataReader metadata, EntityHandle type) => type.Kind switch
    {
        HandleKind.TypeDefinition => metadata.GetTypeDefinition((TypeDefinitionHandle)type) is var definition && definition.GetDeclaringType() is { IsNil: false } outer
            ? $"{NameOf(metadata, outer)}.{metadata.GetString(definition.Name)}" : metadata.GetString(definition.Name),
        HandleKind.TypeReference => metadata.GetTypeReference((TypeReferenceHandle)type) is var reference && reference.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{NameOf(metadata, reference.ResolutionScope)}.{metadata.GetString(reference.Name)}" : metadata.GetString(reference.Name),
        _ => "",
    };

    private static string Parameters(MetadataReader metadata, BlobHandle signature)
    {
        var reader = metadata.GetBlobReader(signature);
        return $"({string.Join(',', new SignatureDecoder<string, object?>(new TypeNames(), metadata, null).DecodeMethodSignature(ref reader).ParameterTypes)})";
    }

    private sealed class TypeNames : ISignatureTypeProvider<string, object?>
    {
        public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[,]";

        public string GetByReferenceType(string elementType) => $"{elementType}&";

        public string GetFunctionPointerType(MethodSignature<string> signature) => "function";

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => $"{genericType}<{string.Join(',', typeArguments)}>";

        public string GetGenericMethodParameter(object? genericContext, int index) => $"method {index}";

        public string GetGenericTypeParameter(object? genericContext, int index) => $"type {index}";

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetPinnedType(string elementType) => elementType;

        public string GetPointerType(string elementType) => $"{elementType}*";

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => $"{typeCode}";

        public string GetSZArrayType(string elementType) => $"{elementType}[]";

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => reader.GetString(reader.GetTypeDefinition(handle).Name);

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => reader.GetString(reader.GetTypeReference(handle).Name);

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => "specification";
    }
}
