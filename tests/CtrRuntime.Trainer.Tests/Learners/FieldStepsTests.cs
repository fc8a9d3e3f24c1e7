using System.Runtime.InteropServices;
using CtrRuntime.Kernels;
using CtrRuntime.Trainer.Learners.Blocks;

namespace CtrRuntime.Trainer.Tests.Learners;

/// <summary>A step in blocks against the definition, vector by vector in double: at every level, for every shape of block, with and without missing fields.</summary>
public sealed unsafe class FieldStepsTests
{
    private const float Rate = 0.3f;

    public static TheoryData<KernelLevel, int> Shapes()
    {
        var shapes = new TheoryData<KernelLevel, int>();
        foreach (KernelLevel level in KernelLevels.Supported)
            foreach (int latent in (int[])[4, 8, 12, 16, 24, 32]) shapes.Add(level, latent);
        return shapes;
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Every_vector_for_a_field_of_the_row_is_stepped_and_no_other(KernelLevel level, int latent)
    {
        foreach (int fields in (int[])[1, 2, 3, 4, 5, 8, 13, 39])
        {
            foreach (bool values in (bool[])[false, true]) Check(StepShapes.Find(level, latent), new Random((latent * 100) + fields), latent, fields, values);
        }
    }

    private static void Check(FieldSteps steps, Random random, int latent, int fields, bool hasValues)
    {
        int floats = ((fields * latent) + 15) & ~15, stride = 2 * floats, padded = fields + FieldSteps.Padding;
        nuint rowBytes = (nuint)(stride * sizeof(float));
        byte* table = (byte*)NativeMemory.AlignedAlloc((nuint)(fields + 1) * rowBytes, 64);
        byte** slots = stackalloc byte*[padded];
        float* numbers = (float*)NativeMemory.AllocZeroed((nuint)(4 * padded), sizeof(float));
        byte** next = stackalloc byte*[padded];
        try
        {
            float* scales = numbers, ridges = numbers + padded, values = numbers + (2 * padded), present = numbers + (3 * padded);
            float* zero = (float*)(table + ((nuint)fields * rowBytes));
            new Span<float>(zero, floats).Clear();
            new Span<float>(zero + floats, floats).Fill(1);
            for (int f = 0; f < padded; f++) slots[f] = next[f] = (byte*)zero;
            for (int f = 0; f < fields; f++)
            {
                float* slot = (float*)(table + ((nuint)f * rowBytes));
                for (int d = 0; d < floats; d++)
                {
                    slot[d] = d < fields * latent ? (float)((2 * random.NextDouble()) - 1) : 0;
                    slot[floats + d] = 1 + (float)random.NextDouble();
                }

                if (hasValues && random.Next(4) == 0) continue;
                slots[f] = (byte*)slot;
                values[f] = hasValues ? (float)((2 * random.NextDouble()) - 1) : 1;
                present[f] = 1;
                scales[f] = values[f] * (float)(random.NextDouble() - 0.5);
                ridges[f] = (float)random.NextDouble();
            }

            float[] before = new ReadOnlySpan<float>(table, (fields + 1) * stride).ToArray();
            steps.Step(new StepRow
            {
                Slots = slots,
                Next = next,
                Fields = fields,
                Squares = (nuint)(floats * sizeof(float)),
                Scales = scales,
                Ridges = ridges,
                Values = hasValues ? values : null,
                Present = present,
                NegativeRate = -Rate,
            });
            for (int f = 0; f <= fields; f++)
            {
                float* slot = (float*)(table + ((nuint)f * rowBytes));
                for (int d = 0; d < floats; d++)
                {
                    int at = (f * stride) + d, g = d / latent;
                    double w = before[at], squares = before[at + floats], expected = w, expectedSquares = squares;
                    if (f < fields && g < fields && f != g && present[f] != 0 && present[g] != 0)
                    {
                        double partner = before[(g * stride) + (f * latent) + (d % latent)];
                        double gradient = (scales[f] * values[g] * partner) + (ridges[f] * w);
                        expectedSquares += gradient * gradient;
                        expected -= Rate * gradient / Math.Sqrt(expectedSquares);
                        if (Math.Abs(expected - slot[d]) < 1e-5 && Math.Abs(expectedSquares - slot[floats + d]) < 1e-5) continue;
                    }
                    else if (slot[d] == before[at] && slot[floats + d] == before[at + floats])
                    {
                        continue;
                    }

                    Assert.Fail($"{fields} fields, field {f}, element {d}: {w} became {slot[d]}, not {expected}; {squares} became {slot[floats + d]}, not {expectedSquares}");
                }
            }
        }
        finally
        {
            NativeMemory.AlignedFree(table);
            NativeMemory.Free(numbers);
        }
    }
}
