using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Scoring;
using CtrRuntime.Tests.Kernels;

namespace CtrRuntime.Tests.Scoring;

/// <summary>What scoring takes of the stack, of which callers are told to have 64 KB, and of scratch memory, of which they ask how much it is.</summary>
public sealed class RowScorerMemoryTests
{
    private const int MostStack = 56 * 1024;

    public static TheoryData<string, WeightType> Kinds
    {
        get
        {
            var data = new TheoryData<string, WeightType>();
            foreach (ModelKind kind in ModelKinds.All)
            {
                foreach (WeightType type in WeightTypes.All) data.Add(kind.Name, type);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void The_longest_rows_that_need_no_scratch_memory_fit_on_the_stack(string kind, WeightType type) =>
        ForEachScorer(kind, type, scorer => Assert.InRange(scorer.PlanFor(RowScorer.StackFeatures).Bytes, 1u, (nuint)MostStack));

    [Theory, MemberData(nameof(Kinds))]
    public void Scratch_memory_of_the_size_that_is_told_is_enough(string kind, WeightType type) =>
        ForEachScorer(kind, type, scorer =>
        {
            foreach (int features in (int[])[RowScorer.StackFeatures + 1, 600, 5000, 1_000_000])
                Assert.InRange(scorer.PlanFor(features).Bytes, 1u, RowScorer.ScratchSize((ulong)features));
        });

    private static void ForEachScorer(string kindName, WeightType type, Action<RowScorer> check)
    {
        ModelKind kind = ModelKinds.Find(kindName)!;
        foreach (int fields in kind.ExactFields is { } exact ? [exact] : (int[])[1, 2, 3, 5, 8, 17, 39, 100, 300, 500, 512, 513, 600])
        {
            foreach (int latent in kind.HasLatent ? [4, 8, 12, 16] : (int[])[0])
            {
                using var model = new TestModel(kind, fields, latent, 2, new Random(1), _ => 0.5f, type: type);
                foreach (KernelLevel level in KernelLevels.Supported)
                    check(new(kind, level, (uint)fields, new SlotIndex { Kind = IndexKind.Direct, SlotCount = 2 }, model.Weights, InstanceNorm.None, Link.Sigmoid));
            }
        }
    }
}
