"""The names of torch that the engine leaves out, by namespace, and why.

Imported only when one of them is asked for.
"""

from __future__ import annotations

from typing import Final

COMPILING: Final = "it runs programs as they are written"
COMPLEX: Final = "it computes with real numbers alone"
DECOMPOSITIONS: Final = "it has det, slogdet, inv, solve, cholesky, eigh and svd"
DEVICES: Final = "it computes on the CPU alone"
DISTRIBUTED: Final = "it computes in one process"
DISTRIBUTIONS: Final = "it draws with rand, randn, randint, randperm, normal, bernoulli, multinomial and exponential_"
FORWARD: Final = "it differentiates backward alone; torch.func.jvp has the products of forward mode"
FOURIER: Final = "it computes with real numbers alone, and numpy.fft has Fourier transforms"
MACHINERY: Final = "it belongs to how torch itself is built"
MIXED_PRECISION: Final = "it computes in the dtype that the tensors have"
NETWORKS: Final = (
    "it has small networks of linear, convolutional and recurrent layers, pooling and embeddings, the usual "
    "activations and losses, and SGD, Adam, AdamW, RMSprop and Adagrad"
)
PACKING: Final = "its recurrent layers take sequences of one length; pad_sequence makes them of one"
NORMALIZATIONS: Final = "its normalisations are BatchNorm1d, BatchNorm2d and LayerNorm, F.batch_norm and F.layer_norm"
QUANTISED: Final = "its dtypes are float16, float32, float64, uint8, int8, int16, int32, int64 and bool"
RARE: Final = "it has the operations that programs about gradients use"
SPARSE: Final = "its tensors are dense"
SPECIAL: Final = "its special functions are those of dir(torch.special)"
STATISTICS: Final = "its statistics are mean, median, mode, var, std, sort and unique"
STORAGE: Final = "a tensor's memory is a NumPy array, which x.numpy() shows"

INSTEAD: Final = {
    "torch.adaptive_max_pool1d": "torch.nn.functional.adaptive_max_pool1d_with_indices",
    "torch.binary_cross_entropy_with_logits": "torch.nn.functional.binary_cross_entropy_with_logits",
    "torch.cdist": "torch.linalg.vector_norm(a[:, None] - b, dim=-1)",
    "torch.celu_": "torch.nn.functional.celu_",
    "torch.detach": "x.detach()",
    "torch.detach_": "x.detach_()",
    "torch.embedding": "torch.nn.functional.embedding",
    "torch.fill": "x.clone().fill_(value)",
    "torch.frobenius_norm": "torch.linalg.matrix_norm",
    "torch.gradient": "torch.diff",
    "torch.kl_div": "torch.nn.functional.kl_div",
    "torch.matrix_rank": "torch.linalg.matrix_rank",
    "torch.nn.utils.clip_grad_norm": "torch.nn.utils.clip_grad_norm_",
    "torch.nn.utils.clip_grads_with_norm_": "torch.nn.utils.clip_grad_norm_",
    "torch.nn.utils.get_total_norm": "torch.nn.utils.clip_grad_norm_",
    "torch.nuclear_norm": "torch.linalg.matrix_norm",
    "torch.range": "torch.arange",
    "torch.selu_": "torch.nn.functional.selu_",
    "torch.solve": "torch.linalg.solve",
    "torch.svd": "torch.linalg.svd",
    "torch.symeig": "torch.linalg.eigh",
    "torch.testing": "torch.allclose",
    "torch.threshold_": "torch.nn.functional.threshold_",
    "torch.Tensor.prelu": "torch.prelu",
    "torch.Tensor.solve": "torch.linalg.solve",
    "torch.Tensor.sum_to_size": "x.sum(dim, keepdim=True)",
    "torch.Tensor.svd": "torch.linalg.svd",
    "torch.Tensor.symeig": "torch.linalg.eigh",
}
"""What does the same, where something does."""

WHOLE: Final = {
    "torch.accelerator": DEVICES,
    "torch.autograd.graph": RARE,
    "torch.backends": DEVICES,
    "torch.cuda": DEVICES,
    "torch.storage.TypedStorage": STORAGE,
    "torch.storage.UntypedStorage": STORAGE,
}
"""The namespaces of which the engine has a few names and leaves out all others, and why."""

NAMES: Final = {
    "torch": {
        COMPILING: """AggregationType AliasDb AnyType Argument ArgumentSpec AwaitType Block BoolType CallStack
            Capsule ClassType Code CompilationUnit ComplexType ConcreteModuleType DeviceObjType DictType EnumType
            ErrorReport ExecutionPlan FileCheck FloatType FunctionSchema Gradient Graph GraphExecutorState
            IODescriptor InferredType IntType InterfaceType JITException ListType LiteScriptModule Node NoneType
            NumberType OperatorInfo OptionalType PyObjectType ScriptClass ScriptClassFunction ScriptDict
            ScriptDictIterator ScriptDictKeyIterator ScriptFunction ScriptList ScriptListIterator ScriptMethod
            ScriptModule ScriptModuleSerializer ScriptObject ScriptObjectProperty StaticModule StringType SymBool
            SymBoolType SymFloat SymInt SymIntType TensorType TracingState TupleType Type UnionType Use Value
            compile compiler cond export fx import_ir_module import_ir_module_from_buffer jit library
            merge_type_from_type_comment onnx overrides parse_ir parse_schema parse_type_comment
            sym_constrain_range sym_constrain_range_for_size sym_float sym_fresh_size sym_int sym_ite sym_max
            sym_min sym_not sym_sqrt sym_sum unify_type_list while_loop""",
        COMPLEX: """angle cdouble cfloat chalf complex complex128 complex32 complex64 conj conj_physical
            conj_physical_ is_conj is_neg isreal polar resolve_conj resolve_neg view_as_complex
            view_as_complex_copy view_as_real view_as_real_copy""",
        DECOMPOSITIONS: """cholesky_inverse cholesky_solve eig geqrf lobpcg lstsq lu lu_solve lu_unpack matrix_exp
            orgqr ormqr pca_lowrank pinverse qr svd svd_lowrank symeig triangular_solve""",
        DEVICES: """AcceleratorError Event OutOfMemoryError Stream StreamObjType cpu cudnn_affine_grid_generator
            cudnn_batch_norm cudnn_convolution cudnn_convolution_add_relu cudnn_convolution_relu
            cudnn_convolution_transpose cudnn_grid_sampler cudnn_is_acceptable get_device get_device_module
            is_vulkan_available miopen_batch_norm miopen_convolution miopen_convolution_add_relu
            miopen_convolution_relu miopen_convolution_transpose miopen_ctc_loss miopen_depthwise_convolution
            miopen_rnn mps mtia profiler_allow_cudagraph_cupti_lazy_reinit_cuda12 xpu""",
        DISTRIBUTED: """Future FutureType RRefType distributed fork futures is_distributed multiprocessing
            prepare_multiprocessing_environment wait""",
        DISTRIBUTIONS: "binomial distributions poisson quasirandom",
        FOURIER: """bartlett_window blackman_window fft hamming_window hann_window istft kaiser_window signal stft
            windows""",
        MACHINERY: """AVG BenchmarkConfig BenchmarkExecutionStats CompleteArgumentSpec ConcreteModuleTypeBuilder
            DisableTorchFunction DisableTorchFunctionSubclass DispatchKey DispatchKeySet ExcludeDispatchKeyGuard
            FatalError LockingLogger LoggerBase NoopLogger PRIVATE_OPS SUM Tag ThroughputBenchmark USE_GLOBAL_DEPS
            USE_RTLD_GLOBAL_WITH_LIBTORCH alias_copy are_deterministic_algorithms_enabled as_strided_copy classes
            compiled_with_cxx11_abi contrib cpp detach_copy diagonal_copy expand_copy get_deterministic_debug_mode
            get_file_path get_float32_matmul_precision get_num_interop_threads get_num_threads has_lapack has_mkl
            has_openmp has_spectral hash_tensor init_num_threads is_anomaly_check_nan_enabled
            is_deterministic_algorithms_warn_only_enabled is_warn_always_enabled narrow_copy nativert nuclear_norm
            numa permute_copy select_copy set_anomaly_enabled set_deterministic_debug_mode
            set_float32_matmul_precision set_flush_denormal set_num_interop_threads set_num_threads set_warn_always
            slice_copy slice_inverse split_copy split_with_sizes_copy squeeze_copy t_copy thread_safe_generator
            torch_version transpose_copy types unbind_copy unfold_copy unsafe_chunk unsafe_split
            unsafe_split_with_sizes unsqueeze_copy use_deterministic_algorithms view_copy""",
        MIXED_PRECISION: """GradScaler amp autocast autocast_decrement_nesting autocast_increment_nesting
            clear_autocast_cache get_autocast_cpu_dtype get_autocast_dtype get_autocast_gpu_dtype
            get_autocast_ipu_dtype get_autocast_xla_dtype is_autocast_cache_enabled is_autocast_cpu_enabled
            is_autocast_enabled is_autocast_ipu_enabled is_autocast_xla_enabled set_autocast_cache_enabled
            set_autocast_cpu_dtype set_autocast_cpu_enabled set_autocast_dtype set_autocast_enabled
            set_autocast_gpu_dtype set_autocast_ipu_dtype set_autocast_ipu_enabled set_autocast_xla_dtype
            set_autocast_xla_enabled""",
        NETWORKS: """BufferDict ModuleDict ParameterDict adaptive_max_pool1d affine_grid_generator alpha_dropout
            alpha_dropout_ bilinear channel_shuffle conv3d conv_tbc conv_transpose1d conv_transpose2d
            conv_transpose3d convolution cosine_embedding_loss ctc_loss dropout_ embedding embedding_bag
            feature_alpha_dropout feature_alpha_dropout_ feature_dropout feature_dropout_ grid_sampler
            grid_sampler_2d grid_sampler_3d gru gru_cell hardshrink hinge_embedding_loss lstm lstm_cell
            margin_ranking_loss max_pool3d native_channel_shuffle native_dropout pixel_shuffle pixel_unshuffle
            poisson_nll_loss rnn_relu rnn_relu_cell rnn_tanh rnn_tanh_cell rrelu rrelu_ triplet_margin_loss""",
        QUANTISED: """BFloat16Storage BFloat16Tensor QInt32Storage QInt8Storage QUInt2x4Storage QUInt4x2Storage
            QUInt8Storage ao bfloat16 bits16 bits1x8 bits2x4 bits4x2 bits8 dequantize empty_quantized
            fake_quantize_per_channel_affine fake_quantize_per_tensor_affine fbgemm_linear_fp16_weight
            fbgemm_linear_fp16_weight_fp32_activation fbgemm_linear_int8_weight
            fbgemm_linear_int8_weight_fp32_activation fbgemm_linear_quantize_weight fbgemm_pack_gemm_matrix_fp16
            fbgemm_pack_quantized_matrix float4_e2m1fn_x2 float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz
            float8_e8m0fnu fused_moving_avg_obs_fake_quant int1 int2 int3 int4 int5 int6 int7 int_repr
            per_channel_affine per_channel_affine_float_qparams per_channel_symmetric per_tensor_affine
            per_tensor_symmetric q_per_channel_axis q_per_channel_scales q_per_channel_zero_points q_scale
            q_zero_point qint32 qint8 qscheme quantization quantize_per_channel quantize_per_tensor
            quantize_per_tensor_dynamic quantized_batch_norm quantized_gru quantized_gru_cell quantized_lstm
            quantized_lstm_cell quantized_max_pool1d quantized_max_pool2d quantized_max_pool3d
            quantized_rnn_relu_cell quantized_rnn_tanh_cell quint2x4 quint4x2 quint8 uint1 uint16 uint2 uint3
            uint32 uint4 uint5 uint6 uint64 uint7""",
        RARE: """as_strided_scatter binary_cross_entropy_with_logits bit celu_ choose_qparams_optimized detach
            detach_ diagonal_scatter empty_permuted empty_strided fill frobenius_norm hub index_reduce isin kl_div
            matrix_rank monitor nonzero_static package profiler put range scatter_reduce segment_reduce
            select_scatter selu_ slice_scatter solve testing threshold_ unique_consecutive unravel_index""",
        SPARSE: """ccol_indices_copy col_indices_copy crow_indices_copy dsmm hsmm hspmm indices_copy jagged masked
            mkldnn_adaptive_avg_pool2d mkldnn_convolution mkldnn_linear_backward_weights mkldnn_max_pool2d
            mkldnn_max_pool3d mkldnn_rnn_layer nested resize_as_sparse_ row_indices_copy saddmm smm sparse
            sparse_bsc sparse_bsc_tensor sparse_bsr sparse_bsr_tensor sparse_compressed_tensor sparse_coo
            sparse_coo_tensor sparse_csc sparse_csc_tensor sparse_csr sparse_csr_tensor spmm sspaddmm values_copy""",
        SPECIAL: "gcd gcd_ i0 i0_ igamma igammac lcm lcm_ nextafter",
        STATISTICS: """bucketize cdist corrcoef cov embedding_renorm_ gradient histc histogram histogramdd
            nanquantile norm_except_dim pdist quantile renorm searchsorted""",
        STORAGE: """BoolStorage ByteStorage CharStorage ComplexDoubleStorage ComplexFloatStorage DeepCopyMemoTable
            DeserializationStorageContext DoubleStorage FloatStorage HalfStorage IntStorage LongStorage
            PyTorchFileReader PyTorchFileWriter SerializationStorageContext ShortStorage Storage StorageBase
            TypedStorage UntypedStorage channels_last channels_last_3d contiguous_format from_dlpack from_file
            frombuffer is_storage legacy_contiguous_format memory_format preserve_format resize_as_ to_dlpack""",
        NORMALIZATIONS: """batch_norm batch_norm_backward_elemt batch_norm_backward_reduce batch_norm_elemt
            batch_norm_gather_stats batch_norm_gather_stats_with_counts batch_norm_stats batch_norm_update_stats
            group_norm instance_norm layer_norm native_batch_norm native_group_norm native_layer_norm native_norm
            rms_norm""",
    },
    "torch.Tensor": {
        COMPLEX: """angle cdouble cfloat chalf conj conj_physical conj_physical_ is_conj is_neg isreal
            resolve_conj resolve_neg""",
        DECOMPOSITIONS: """cholesky_inverse cholesky_solve eig geqrf lstsq lu lu_solve matrix_exp orgqr ormqr
            pinverse qr svd symeig triangular_solve""",
        DEVICES: "cuda ipu is_ipu is_maia is_mtia is_pinned is_vulkan is_xla mtia pin_memory record_stream xpu",
        DISTRIBUTED: "is_distributed is_shared share_memory_",
        DISTRIBUTIONS: "cauchy_ geometric_ log_normal_",
        FOURIER: "istft stft",
        NETWORKS: "hardshrink",
        QUANTISED: """bfloat16 dequantize int_repr q_per_channel_axis q_per_channel_scales
            q_per_channel_zero_points q_scale q_zero_point qscheme""",
        RARE: """addbmm_ as_strided_scatter as_subclass diagonal_scatter eq_ ge_ grad_dtype greater_
            greater_equal_ gt_ hash_tensor index index_reduce index_reduce_ le_ less_ less_equal_ lt_ mvlgamma_
            name narrow_copy ne_ new_empty_strided nonzero_static not_equal_ polygamma_ prelu put put_ reinforce
            scatter_reduce scatter_reduce_ select_scatter slice_inverse slice_scatter solve sum_to_size
            unique_consecutive unsafe_chunk unsafe_split unsafe_split_with_sizes volatile""",
        SPARSE: """ccol_indices coalesce col_indices crow_indices dense_dim indices is_coalesced is_mkldnn
            is_sparse_csr resize_as_sparse_ row_indices smm sparse_dim sparse_mask sparse_resize_
            sparse_resize_and_clear_ sspaddmm to_dense to_mkldnn to_padded_tensor to_sparse to_sparse_bsc
            to_sparse_bsr to_sparse_coo to_sparse_csc to_sparse_csr values""",
        SPECIAL: "gcd gcd_ i0 i0_ igamma igamma_ igammac igammac_ lcm lcm_ nextafter nextafter_",
        STATISTICS: "corrcoef cov histc histogram nanquantile quantile renorm renorm_",
        STORAGE: "apply_ const_data_ptr dim_order is_set_to map2_ map_ module_load resize resize_as set_ storage_type",
    },
    "torch.linalg": {
        DECOMPOSITIONS: """cholesky_ex cond eig eigvals householder_product inv_ex ldl_factor ldl_factor_ex
            ldl_solve lstsq lu lu_factor lu_factor_ex lu_solve matrix_exp pinv qr solve_ex solve_triangular
            tensorinv tensorsolve vander vecdot""",
    },
    "torch.special": {
        SPECIAL: """airy_ai bessel_j0 bessel_j1 bessel_y0 bessel_y1 chebyshev_polynomial_t chebyshev_polynomial_u
            chebyshev_polynomial_v chebyshev_polynomial_w erfcx gammainc gammaincc hermite_polynomial_h
            hermite_polynomial_he i0 i0e i1 i1e laguerre_polynomial_l legendre_polynomial_p log_ndtr
            modified_bessel_i0 modified_bessel_i1 modified_bessel_k0 modified_bessel_k1 ndtr ndtri
            scaled_modified_bessel_k0 scaled_modified_bessel_k1 shifted_chebyshev_polynomial_t
            shifted_chebyshev_polynomial_u shifted_chebyshev_polynomial_v shifted_chebyshev_polynomial_w
            spherical_bessel_j0 zeta""",
    },
    "torch.func": {
        COMPILING: "functionalize linearize",
        NETWORKS: "replace_all_batch_norm_modules_ stack_module_state",
        RARE: "debug_unwrap rearrange",
    },
    "torch.autograd": {
        FORWARD: "forward_ad",
        RARE: """NestedIOFunction enforce_grad_layout_policy profiler profiler_legacy profiler_util
            set_multithreading_enabled""",
    },
    "torch.autograd.function": {
        MACHINERY: "BackwardCFunction FunctionMeta InplaceFunction NestedIOFunction",
    },
    "torch.autograd.grad_mode": {
        RARE: "enforce_grad_layout_policy set_multithreading_enabled",
    },
    "torch.random": {
        MACHINERY: "thread_safe_generator",
    },
    "torch.nn.Module": {
        COMPILING: "compile",
        DEVICES: "ipu mtia xpu",
        QUANTISED: "bfloat16",
    },
    "torch.nn": {
        DISTRIBUTED: "DataParallel parallel",
        MACHINERY: """Container LinearCrossEntropyOptions NLLLoss2d attention backends common_types cpp
            factory_kwargs grad""",
        NETWORKS: """AdaptiveAvgPool3d AdaptiveLogSoftmaxWithLoss AdaptiveMaxPool3d AlphaDropout AvgPool3d
            Bilinear CTCLoss ChannelShuffle CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d
            ConstantPad3d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d CosineEmbeddingLoss Dropout1d
            Dropout2d Dropout3d EmbeddingBag FeatureAlphaDropout Fold FractionalMaxPool2d FractionalMaxPool3d
            GaussianNLLLoss Hardshrink HingeEmbeddingLoss LPPool1d LPPool2d LPPool3d LazyConv3d LazyConvTranspose1d
            LazyConvTranspose2d LazyConvTranspose3d LinearCrossEntropyLoss MarginRankingLoss MaxPool3d MaxUnpool1d
            MaxUnpool2d MaxUnpool3d MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss
            MultiheadAttention ParameterDict PixelShuffle PixelUnshuffle PoissonNLLLoss RNNCellBase RReLU
            ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d
            SoftMarginLoss Softmax2d Softshrink Transformer TransformerDecoder TransformerDecoderLayer
            TransformerEncoder TransformerEncoderLayer TripletMarginLoss TripletMarginWithDistanceLoss Unfold
            UninitializedBuffer Upsample UpsamplingBilinear2d UpsamplingNearest2d ZeroPad1d ZeroPad2d ZeroPad3d""",
        QUANTISED: "intrinsic qat quantizable quantized",
        NORMALIZATIONS: """BatchNorm3d CrossMapLRN2d GroupNorm InstanceNorm1d InstanceNorm2d InstanceNorm3d
            LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyInstanceNorm1d LazyInstanceNorm2d
            LazyInstanceNorm3d LocalResponseNorm RMSNorm SyncBatchNorm""",
    },
    "torch.nn.functional": {
        MACHINERY: """BroadcastingList1 BroadcastingList2 BroadcastingList3 DType GRID_SAMPLE_INTERPOLATION_MODES
            GRID_SAMPLE_PADDING_MODES ScalingType SwizzleType assert_int_or_pair boolean_dispatch grad grouped_mm
            handle_torch_function has_torch_function has_torch_function_unary has_torch_function_variadic
            reproducibility_notes scaled_grouped_mm scaled_mm sparse_support_notes tf32_notes""",
        NETWORKS: """adaptive_avg_pool3d adaptive_max_pool3d adaptive_max_pool3d_with_indices affine_grid
            alpha_dropout avg_pool3d bilinear channel_shuffle conv3d conv_tbc conv_transpose1d conv_transpose2d
            conv_transpose3d cosine_embedding_loss ctc_loss dropout1d dropout2d dropout3d embedding_bag
            feature_alpha_dropout fold fractional_max_pool2d fractional_max_pool2d_with_indices
            fractional_max_pool3d fractional_max_pool3d_with_indices gaussian_nll_loss grid_sample gumbel_softmax
            hardshrink hinge_embedding_loss interpolate linear_cross_entropy lp_pool1d lp_pool2d lp_pool3d
            margin_ranking_loss max_pool3d max_pool3d_with_indices max_unpool1d max_unpool2d max_unpool3d
            multi_head_attention_forward multi_margin_loss multilabel_margin_loss multilabel_soft_margin_loss
            native_channel_shuffle pdist pixel_shuffle pixel_unshuffle poisson_nll_loss rrelu rrelu_
            scaled_dot_product_attention soft_margin_loss softshrink triplet_margin_loss
            triplet_margin_with_distance_loss unfold upsample upsample_bilinear upsample_nearest""",
        NORMALIZATIONS: "group_norm instance_norm local_response_norm rms_norm",
    },
    "torch.nn.utils.rnn": {
        PACKING: """PackedSequence PackedSequence_ bind invert_permutation pack_padded_sequence pack_sequence
            pad_packed_sequence unpack_sequence unpad_sequence""",
    },
    "torch.nn.utils": {
        RARE: "clip_grad_norm clip_grads_with_norm_ get_total_norm",
        NETWORKS: """convert_conv2d_weight_memory_format convert_conv3d_weight_memory_format fuse_conv_bn_eval
            fuse_conv_bn_weights fuse_linear_bn_eval fuse_linear_bn_weights fusion init memory_format
            parametrizations parametrize prune remove_spectral_norm remove_weight_norm skip_init spectral_norm
            weight_norm""",
    },
    "torch.nn.init": {
        NETWORKS: "dirac_ sparse_",
    },
    "torch.optim": {
        NETWORKS: """ASGD Adadelta Adafactor Adamax LBFGS Muon NAdam RAdam Rprop SparseAdam adadelta adamax asgd
            lbfgs nadam radam rprop sparse_adam swa_utils swap_in_optimizer_params_and_state""",
    },
    "torch.optim.lr_scheduler": {
        NETWORKS: """ChainedScheduler ConstantLR CosineAnnealingWarmRestarts CyclicLR LinearLR MultiplicativeLR
            OneCycleLR PolynomialLR ReduceLROnPlateau SequentialLR""",
    },
    "torch.utils": {
        MACHINERY: """backcompat backend_registration bundled_inputs cmake_prefix_path collect_env cpp_backtrace
            cpp_extension debug_log file_baton flop_counter generate_methods_for_privateuse1_backend
            get_cpp_backtrace hipify jit mkldnn mobile_optimizer model_dump module_tracker
            rename_privateuse1_backend serialization set_module show_pickle swap_tensors viz weak""",
        RARE: "ThroughputBenchmark benchmark checkpoint deterministic hooks model_zoo tensorboard throughput_benchmark",
        STORAGE: "dlpack",
    },
    "torch.utils.data": {
        NETWORKS: """ChainDataset DFIterDataPipe DataChunk DistributedSampler IterDataPipe MapDataPipe
            StackDataset WeightedRandomSampler argument_validation backward_compatibility datapipes distributed
            functional_datapipe get_worker_info graph graph_settings guaranteed_datapipes_determinism
            non_deterministic runtime_validation runtime_validation_disabled""",
    },
}
"""By namespace and by reason, the names."""
