"""A published reference architecture (router, semantic cache, distilled 7B, 70B on two H100), made right.

| the published manifests | this one |
| --- | --- |
| 7B AWQ on 2g.20gb, three to a GPU | 1g.20gb, what its KV cache needs: four to a GPU |
| `nvidia.com/mig-2g.20gb` under the operator's own strategy | layout, operator values, resource name: one place |
| MIG config by hex ids, one of them of an H800 | by name: every id of the board |
| `nodeSelector: nvidia.com/mig.config`, a wish, not a state | the resource itself, on nodes that the stack makes |
| `http://model-small:8080`, and no Service at all | Services, and addresses that follow from them |
| `--quantization=gptq` forces the slow kernel | nothing: vLLM reads the checkpoint |
| two GPUs without `/dev/shm` | a memory volume, counted in the limit |
| default rolling update asks for two more H100 | one replica goes before the next one comes |
| no probes, `:latest`, root, no network policy | probes by load time, versions, nobody, only the router in |
| cache key `sha256(query)`, entries of all tenants, no end | per key, model and prompt version, with a lifetime |
| first answer above 0.95, every member fetched each time | the most similar one, by an index |
| KEDA on `avg(GPU_UTIL)`: at most two, and never from zero | on requests, waiting and running |
| cost labels on the Deployment only | on the pods, where cost tools read them |
"""

import aicost_iac as ai

keys = {name: ai.SecretKey(secret="assistant", key=name) for name in ("small", "large", "router", "redis")}
slices = ai.MigLayout(name="assistant-slices", partitions=[ai.MigPartition(gpu="H100", layout={"1g.20gb": 4})])
shared = ai.GpuNodePool(
    name="slices", cluster_name="cluster", instance_types=["p5.4xlarge"], max_gpus=4, mig=slices, node_role="gpu-nodes"
)
whole = ai.GpuNodePool(
    name="h100", cluster_name="cluster", instance_types=["p5.48xlarge"], max_gpus=16, node_role="gpu-nodes"
)
small = ai.ModelServer(
    name="assistant-small", model="example/distilled-7b-awq", shape="Mistral-7B-v0.3", quantization="awq",
    namespace="ai", max_model_len=8192, concurrency=8, replicas=None, api_key=keys["small"],
    placement=shared.placement, accelerator=ai.MigSlice(profile="1g.20gb"),
)  # fmt: skip
large = ai.ModelServer(
    name="assistant-large", model="RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic", shape="Llama-3.3-70B",
    quantization="fp8", namespace="ai", max_model_len=16384, concurrency=8,
    placement=whole.placement, accelerator=ai.WholeGpus(count=2), replicas=None,
    api_key=keys["large"],
)  # fmt: skip
pipeline = ai.InferencePipeline(
    name="assistant", small=small, large=large, router=ai.LiteLLM(master_key=keys["router"], replicas=3),
    cache=ai.SemanticCache(
        store=ai.Redis(password=keys["redis"]), similarity_threshold=0.93, evaluated_on="1,200 pairs of questions"
    ),
    small_scaling=ai.Scaling(min_replicas=1, max_replicas=16, requests_per_replica=8),
    large_scaling=ai.Scaling(min_replicas=1, max_replicas=4, requests_per_replica=8),
    cpu_instance_type="m7i.xlarge",
    mix=ai.RequestMix(
        requests_per_hour=20_000, cache_hit_rate=0.2, simple_share=0.7, tokens_per_answer=250,
        small_tokens_per_second=900, large_tokens_per_second=700, source="load test of 2026-11-18",
    ),
)  # fmt: skip
tags = ai.CostTags(workload_type="inference", cost_center="product", team="assistant")
app = ai.App(
    stacks=[ai.Stack(name="assistant", region="us-east-1", tags=tags, items=[slices, shared, whole, pipeline])]
)
