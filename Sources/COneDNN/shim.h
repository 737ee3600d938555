/// oneDNN's C interface, as far as this project uses it, in one spelling for the releases 2.x and 3.x.
///
/// In 3.x operation and memory descriptors became opaque and post-operations lost their scale; only this header knows
/// which release it is compiled against. Everything else in the C interface reads the same in both.
#pragma once
#include <dnnl.h>
#include <stdint.h>
#include <stdlib.h>

/// A one-dimensional convolution of stride 1 over `[batch, time, channels]`, or the gradient of its weights.
typedef struct {
    int64_t batch;
    int64_t input_time;
    int64_t input_channels;
    int64_t output_time;
    int64_t output_channels;
    int64_t groups;
    int64_t kernel;
    /// Distance between taps; 1 is a plain convolution.
    int64_t dilation;
    int64_t pad_left;
    int64_t pad_right;
    /// Source and destination: f32 or bf16. Weights have the source's type, bias and weight gradients are f32.
    dnnl_data_type_t source_type;
    dnnl_data_type_t destination_type;
    int has_bias;
    /// Adds the result to what the destination holds.
    int accumulates;
    /// Applies a leaky ReLU last.
    int rectifies;
    float negative_slope;
    int for_inference;
} vocoder_convolution;

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t vocoder_memory_descriptor;
#define VOCODER_REFERENCE(descriptor) (descriptor)
static inline void vocoder_release(vocoder_memory_descriptor *descriptor) {
    if (*descriptor) dnnl_memory_desc_destroy(*descriptor);
    *descriptor = NULL;
}
#else
typedef dnnl_memory_desc_t vocoder_memory_descriptor;
#define VOCODER_REFERENCE(descriptor) (&(descriptor))
static inline void vocoder_release(vocoder_memory_descriptor *descriptor) { (void)descriptor; }
#endif

static inline dnnl_status_t vocoder_describe(
    vocoder_memory_descriptor *descriptor, int rank, const int64_t *dimensions, dnnl_data_type_t type,
    dnnl_format_tag_t layout) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_memory_desc_create_with_tag(descriptor, rank, dimensions, type, layout);
#else
    return dnnl_memory_desc_init_by_tag(descriptor, rank, dimensions, type, layout);
#endif
}

/// Source, weights, bias and destination of a convolution, the weights in the layout that oneDNN prefers.
typedef struct {
    vocoder_memory_descriptor source, weights, bias, destination;
} vocoder_convolution_memory;

static inline dnnl_status_t vocoder_describe_convolution(
    const vocoder_convolution *c, dnnl_data_type_t weights_type, vocoder_convolution_memory *memory) {
    const int64_t source[3] = {c->batch, c->input_channels, c->input_time};
    const int64_t destination[3] = {c->batch, c->output_channels, c->output_time};
    const int64_t grouped[4] = {
        c->groups, c->output_channels / c->groups, c->input_channels / c->groups, c->kernel};
    const int64_t *weights = c->groups > 1 ? grouped : grouped + 1;
    const int64_t bias[1] = {c->output_channels};
    dnnl_status_t status = vocoder_describe(&memory->source, 3, source, c->source_type, dnnl_nwc);
    if (status == dnnl_success)
        status = vocoder_describe(&memory->destination, 3, destination, c->destination_type, dnnl_nwc);
    if (status == dnnl_success)
        status = vocoder_describe(
            &memory->weights, c->groups > 1 ? 4 : 3, weights, weights_type, dnnl_format_tag_any);
    if (status == dnnl_success) status = vocoder_describe(&memory->bias, 1, bias, dnnl_f32, dnnl_x);
    return status;
}

static inline void vocoder_release_convolution(vocoder_convolution_memory *memory) {
    vocoder_release(&memory->source);
    vocoder_release(&memory->weights);
    vocoder_release(&memory->bias);
    vocoder_release(&memory->destination);
}

static inline dnnl_status_t vocoder_append_post_operations(const vocoder_convolution *c, dnnl_primitive_attr_t attributes) {
    if (!c->accumulates && !c->rectifies) return dnnl_success;
    dnnl_post_ops_t operations;
    dnnl_status_t status = dnnl_post_ops_create(&operations);
    if (status != dnnl_success) return status;
#if DNNL_VERSION_MAJOR >= 3
    if (c->accumulates) status = dnnl_post_ops_append_sum(operations, 1, 0, dnnl_data_type_undef);
    if (status == dnnl_success && c->rectifies)
        status = dnnl_post_ops_append_eltwise(operations, dnnl_eltwise_relu, c->negative_slope, 0);
#else
    if (c->accumulates) status = dnnl_post_ops_append_sum(operations, 1);
    if (status == dnnl_success && c->rectifies)
        status = dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, c->negative_slope, 0);
#endif
    if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attributes, operations);
    dnnl_post_ops_destroy(operations);
    return status;
}

/// Attributes under which a primitive takes its scratchpad from the caller. oneDNN's own belongs to the thread that made
/// the primitive: elsewhere it is too small, or missing.
static inline dnnl_status_t vocoder_attributes(dnnl_primitive_attr_t *attributes) {
    dnnl_status_t status = dnnl_primitive_attr_create(attributes);
    if (status == dnnl_success)
        status = dnnl_primitive_attr_set_scratchpad_mode(*attributes, dnnl_scratchpad_mode_user);
    return status;
}

/// The forward convolution's primitive descriptor, which the caller destroys.
static inline dnnl_status_t vocoder_convolution_forward(
    dnnl_engine_t engine, const vocoder_convolution *c, dnnl_primitive_desc_t *result) {
    const int64_t stride[1] = {1}, dilation[1] = {c->dilation - 1};
    const int64_t left[1] = {c->pad_left}, right[1] = {c->pad_right};
    const dnnl_prop_kind_t purpose = c->for_inference ? dnnl_forward_inference : dnnl_forward_training;
    vocoder_convolution_memory memory = {0};
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_status_t status = vocoder_describe_convolution(c, c->source_type, &memory);
    if (status == dnnl_success) status = vocoder_attributes(&attributes);
    if (status == dnnl_success) status = vocoder_append_post_operations(c, attributes);
    if (status == dnnl_success) {
#if DNNL_VERSION_MAJOR >= 3
        status = dnnl_convolution_forward_primitive_desc_create(
            result, engine, purpose, dnnl_convolution_direct, memory.source, memory.weights,
            c->has_bias ? memory.bias : NULL, memory.destination, stride, dilation, left, right, attributes);
#else
        dnnl_convolution_desc_t operation;
        status = dnnl_dilated_convolution_forward_desc_init(
            &operation, purpose, dnnl_convolution_direct, &memory.source, &memory.weights,
            c->has_bias ? &memory.bias : NULL, &memory.destination, stride, dilation, left, right);
        if (status == dnnl_success)
            status = dnnl_primitive_desc_create(result, &operation, attributes, engine, NULL);
#endif
    }
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    vocoder_release_convolution(&memory);
    return status;
}

/// The primitive descriptor of the gradient of weights and bias, which the caller destroys.
static inline dnnl_status_t vocoder_convolution_backward_weights(
    dnnl_engine_t engine, const vocoder_convolution *c, dnnl_primitive_desc_t *result) {
    const int64_t stride[1] = {1}, dilation[1] = {c->dilation - 1};
    const int64_t left[1] = {c->pad_left}, right[1] = {c->pad_right};
    vocoder_convolution plain = *c;
    plain.accumulates = plain.rectifies = plain.for_inference = 0;
    dnnl_primitive_desc_t forward = NULL;
    dnnl_status_t status = vocoder_convolution_forward(engine, &plain, &forward);
    if (status != dnnl_success) return status;
    vocoder_convolution_memory memory = {0};
    dnnl_primitive_attr_t attributes = NULL;
    status = vocoder_describe_convolution(c, dnnl_f32, &memory);
    if (status == dnnl_success) status = vocoder_attributes(&attributes);
    if (status == dnnl_success) {
#if DNNL_VERSION_MAJOR >= 3
        status = dnnl_convolution_backward_weights_primitive_desc_create(
            result, engine, dnnl_convolution_direct, memory.source, memory.weights,
            c->has_bias ? memory.bias : NULL, memory.destination, stride, dilation, left, right, forward,
            attributes);
#else
        dnnl_convolution_desc_t operation;
        status = dnnl_dilated_convolution_backward_weights_desc_init(
            &operation, dnnl_convolution_direct, &memory.source, &memory.weights,
            c->has_bias ? &memory.bias : NULL, &memory.destination, stride, dilation, left, right);
        if (status == dnnl_success)
            status = dnnl_primitive_desc_create(result, &operation, attributes, engine, forward);
#endif
    }
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    dnnl_primitive_desc_destroy(forward);
    vocoder_release_convolution(&memory);
    return status;
}

/// A memory object, as yet without a buffer, in the layout a primitive descriptor asks for: the source, weights,
/// destination or scratchpad (`what`), or, at index 1 of the weights, the bias.
static inline dnnl_status_t vocoder_memory_for(
    dnnl_engine_t engine, const_dnnl_primitive_desc_t descriptor, dnnl_query_t what, int index,
    dnnl_memory_t *result, size_t *bytes) {
    *bytes = dnnl_memory_desc_get_size(dnnl_primitive_desc_query_md(descriptor, what, index));
    return dnnl_memory_create(result, dnnl_primitive_desc_query_md(descriptor, what, index), engine, DNNL_MEMORY_NONE);
}

/// A memory object, as yet without a buffer, over plain row-major weights: `[out, in / groups, kernel]`.
static inline dnnl_status_t vocoder_plain_weights(
    dnnl_engine_t engine, const vocoder_convolution *c, dnnl_memory_t *result) {
    const int64_t dimensions[4] = {
        c->groups, c->output_channels / c->groups, c->input_channels / c->groups, c->kernel};
    vocoder_memory_descriptor descriptor = {0};
    dnnl_status_t status = c->groups > 1
        ? vocoder_describe(&descriptor, 4, dimensions, dnnl_f32, dnnl_goiw)
        : vocoder_describe(&descriptor, 3, dimensions + 1, dnnl_f32, dnnl_oiw);
    if (status != dnnl_success) return status;
    status = dnnl_memory_create(result, VOCODER_REFERENCE(descriptor), engine, DNNL_MEMORY_NONE);
    vocoder_release(&descriptor);
    return status;
}

/// The descriptor of a primitive that copies `source` into `destination`'s layout and type; the caller destroys it.
static inline dnnl_status_t vocoder_reorder(
    dnnl_engine_t engine, const_dnnl_memory_t source, const_dnnl_memory_t destination, dnnl_primitive_desc_t *result) {
    dnnl_primitive_attr_t attributes = NULL;
#if DNNL_VERSION_MAJOR >= 3
    const_dnnl_memory_desc_t from, to;
#else
    const dnnl_memory_desc_t *from, *to;
#endif
    dnnl_status_t status = dnnl_memory_get_memory_desc(source, &from);
    if (status == dnnl_success) status = dnnl_memory_get_memory_desc(destination, &to);
    if (status == dnnl_success) status = vocoder_attributes(&attributes);
    if (status == dnnl_success)
        status = dnnl_reorder_primitive_desc_create(result, from, engine, to, engine, attributes);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    return status;
}
