using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Optimisers;

/// <summary>Operators of libtorch on lists of tensors, which TorchSharp does not name: they update all parameters at once.</summary>
internal static class TorchScript
{
    private const string Source = """
        def adamw(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor], rate: float, decay: float):
            most: List[Tensor] = []
            torch._fused_adamw_(p, g, m, v, most, steps, lr=rate, beta1=0.9, beta2=0.999, weight_decay=decay, eps=1e-8, amsgrad=False, maximize=False)
            return p[0]

        def sgd(p: List[Tensor], g: List[Tensor], m: List[Tensor], rate: float, momentum: float):
            none: List[Tensor] = []
            torch._fused_sgd_(p, g, m if momentum > 0.0 else none, weight_decay=0.0, momentum=momentum, lr=rate, dampening=0.0, nesterov=False, maximize=False, is_first_step=False)
            return p[0]

        def rmsprop(p: List[Tensor], g: List[Tensor], v: List[Tensor], rate: float):
            torch._foreach_mul_(v, 0.99)
            torch._foreach_addcmul_(v, g, g, 0.01)
            root = torch._foreach_sqrt(v)
            torch._foreach_add_(root, 1e-8)
            torch._foreach_addcdiv_(p, g, root, -rate)
            return p[0]

        def clip(g: List[Tensor], limit: float):
            norm = torch.stack(torch._foreach_norm(g)).norm()
            torch._foreach_mul_(g, torch.clamp(limit / (norm + 1e-6), max=1.0))
            return norm

        def follow(average: List[Tensor], p: List[Tensor], share: float):
            torch._foreach_lerp_(average, p, share)
            return average[0]

        """;

    private static readonly Lazy<torch.jit.CompilationUnit> Unit = new(() => torch.jit.compile(Source));

    /// <summary>Calls a function; no gradient passes.</summary>
    public static void Run(string function, params object[] arguments)
    {
        using var gradients = torch.no_grad();
        ((Tensor)Unit.Value.invoke(function, Array.ConvertAll(arguments, argument => argument is double number ? Scalars.Of(number) : argument))).Dispose();
    }
}
