#include <ctr.h>
#include <stdio.h>
#include <stdlib.h>

/* The two best of three ads (field 2) for one user and page (fields 0 and 1). */
int main(void) {
    ctr_model *model;
    if (ctr_model_open("model.ctr", NULL, &model) != CTR_OK) return 1;
    uint64_t user_offsets[] = {0, 2}, user_keys[] = {17, 42}, ad_offsets[] = {0, 1, 2, 3}, ad_keys[] = {99, 100, 101};
    uint32_t user_fields[] = {0, 1}, ad_fields[] = {2, 2, 2};
    ctr_rows user = {sizeof user, 0, 1, user_offsets, user_fields, user_keys, NULL};
    ctr_rows ads = {sizeof ads, 0, 3, ad_offsets, ad_fields, ad_keys, NULL};
    uint64_t size, best[2];
    float scores[2];
    ctr_rank_options options = {sizeof options, CTR_OUTPUT_SCORE, NULL, NULL, 0, 2, best};
    if (ctr_context_size(model, 2, &size) != CTR_OK) return 1;
    void *context = malloc(size);
    if (context == NULL || ctr_context_prepare(model, &user, NULL, context, size) != CTR_OK) return 1;
    if (ctr_rank(model, context, size, &ads, &options, scores) != CTR_OK) return 1;
    for (int i = 0; i < 2; i++) printf("%d %g\n", (int)best[i], scores[i]);
    free(context);
    return ctr_model_close(model);
}
