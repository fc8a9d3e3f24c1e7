using System.Runtime.InteropServices;

namespace CtrRuntime.Libraries;

/// <summary>
/// LR and FM as ONNX graphs, from feature numbers [rows, fields] to scores [rows, 1]. The numbers of fields and operators are those of onnx.proto, version 13 of
/// the operators. Shapes are fixed, which suits the library best.
/// </summary>
internal sealed class OnnxGraph
{
    /// <summary>Name of the input.</summary>
    public const string Features = "features";

    /// <summary>Name of the output.</summary>
    public const string Scores = "scores";

    private const int Float = 1, Int64 = 7;

    private readonly ProtoMessage _graph = new();

    private OnnxGraph(int rows, int fields)
    {
        _graph.Text(2, "ctr").Message(11, Tensor(Features, Int64, rows, fields)).Message(12, Tensor(Scores, Float, rows, 1));
    }

    /// <summary>The bytes of a model.</summary>
    public static byte[] Of(SharedWeights weights, int rows, int fields)
    {
        var graph = new OnnxGraph(rows, fields);
        graph.Constant("bias", [weights.Bias], 1);
        graph.Constant("linear", weights.Linear, weights.Slots);
        graph.Axis();
        graph.Node("Gather", "linear_of", "linear", Features);
        graph.Node("ReduceSum", "linear_sum", "linear_of", "axis");
        graph.Node("Add", "first", "linear_sum", "bias");
        string logit = "first";
        if (weights.Latent > 0)
        {
            // Half of (Σv)² − Σv², summed over the latent dimensions.
            graph.Constant("vectors", weights.Vectors, weights.Slots, weights.Latent);
            graph.Constant("half", [0.5f], 1);
            graph.Node("Gather", "vectors_of", "vectors", Features);
            graph.NodeOverAxis("ReduceSumSquare", "squares", "vectors_of");
            graph.Node("ReduceSum", "sums", "vectors_of", "axis");
            graph.Node("Squeeze", "sum", "sums", "axis");
            graph.Node("Mul", "sum_squared", "sum", "sum");
            graph.Node("Sub", "difference", "sum_squared", "squares");
            graph.Node("ReduceSum", "doubled", "difference", "axis");
            graph.Node("Mul", "pairs", "doubled", "half");
            graph.Node("Add", "both", "first", "pairs");
            logit = "both";
        }

        graph.Node("Sigmoid", Scores, logit);
        ProtoMessage operators = new ProtoMessage().Text(1, string.Empty).Number(2, 13);
        return new ProtoMessage().Number(1, 7).Message(7, graph._graph).Message(8, operators).ToArray();
    }

    private void Node(string operation, string output, params string[] inputs) => _graph.Message(1, NodeOf(operation, output, inputs));

    /// <summary>An operator that takes the axis as an attribute, and drops it.</summary>
    private void NodeOverAxis(string operation, string output, string input)
    {
        ProtoMessage axes = new ProtoMessage().Text(1, "axes").Number(8, 1).Number(20, 7);
        ProtoMessage keep = new ProtoMessage().Text(1, "keepdims").Number(3, 0).Number(20, 2);
        _graph.Message(1, NodeOf(operation, output, input).Message(5, axes).Message(5, keep));
    }

    private void Constant(string name, float[] values, params int[] shape)
    {
        var tensor = new ProtoMessage();
        foreach (int length in shape) tensor.Number(1, length);
        _graph.Message(5, tensor.Number(2, Float).Text(8, name).Bytes(9, MemoryMarshal.AsBytes<float>(values)));
    }

    /// <summary>The axis that is summed over, 1.</summary>
    private void Axis() =>
        _graph.Message(5, new ProtoMessage().Number(1, 1).Number(2, Int64).Text(8, "axis").Bytes(9, MemoryMarshal.AsBytes<long>([1L])));

    private static ProtoMessage NodeOf(string operation, string output, params string[] inputs)
    {
        var node = new ProtoMessage();
        foreach (string input in inputs) node.Text(1, input);
        return node.Text(2, output).Text(4, operation);
    }

    private static ProtoMessage Tensor(string name, int type, int rows, int columns)
    {
        ProtoMessage shape = new ProtoMessage().Message(1, new ProtoMessage().Number(1, rows)).Message(1, new ProtoMessage().Number(1, columns));
        ProtoMessage tensor = new ProtoMessage().Number(1, type).Message(2, shape);
        return new ProtoMessage().Text(1, name).Message(2, new ProtoMessage().Message(1, tensor));
    }
}
